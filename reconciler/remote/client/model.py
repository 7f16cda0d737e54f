"""What all answers share: frozen, at ease with keys that are new, missing or null (D 20)."""

from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    model_validator,
)

from reconciler.errors import BadAnswer
from reconciler.model import Sealed


class Model(BaseModel):
    """A part of an answer. A key that is absent or null takes the field's default."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None}


M = TypeVar("M", bound=Model)


def _seal(value: Any) -> Any:
    return Sealed(value, live=True) if isinstance(value, str) else value


Secret = Annotated[Sealed, BeforeValidator(_seal)]
"""A value that is never shown; ``reveal()`` gives the text."""


def _an_address(value: Sealed) -> Sealed:
    urlsplit(value.reveal())  # raises ValueError, and everybody after this takes it apart
    return value


SecretAddress = Annotated[Secret, AfterValidator(_an_address)]
"""An address that is a credential; whether anything is there is another matter."""


class EnvVar(Model):
    """An environment variable of a run or job."""

    name: str
    value: Secret = Sealed("", live=True)


def parsed(model: type[M], data: Any, *, method: str, path: str) -> M:
    """Return ``data`` as a model; raises BadAnswer, which tells places but no values."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        places = {".".join(map(str, flaw["loc"])) or "it" for flaw in error.errors()}
    words = f"this {model.__name__} can't be read: {', '.join(sorted(places)[:3])}"
    raise BadAnswer(method, path, words=words)
