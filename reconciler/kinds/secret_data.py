"""Environment variables and files with secret content, as several kinds have them."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from reconciler.kinds.fields import (
    ByKey,
    Normal,
    UniqueKeys,
    declared_only,
    is_declared,
)
from reconciler.kinds.sealing import FROM, Encoded, seal, take_sources
from reconciler.model import Keyed, Sealed
from reconciler.model.sealed import (
    canonical_base64,
    decoded_base64,
    is_base64,
    is_placeholder,
)

ENV_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_DIGEST = re.compile(r"(?P<md5>[0-9a-f]{32}) \[md5\]")
_BIGGEST = 6 * 1024 * 1024


def _check_env_name(name: str) -> None:
    if not ENV_NAME.fullmatch(name):
        # what has blanks is perhaps a value, whose key was forgotten
        what = "this" if len(name.split()) > 1 else repr(name)
        raise ValueError(
            f"{what} can't be the name of an environment variable: "
            "letters, digits and underscores, not starting with a digit"
        )


def _check_path(path: str) -> None:
    if not path.strip():
        raise ValueError("the path of a file must not be blank")


def _seal(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str) and is_declared(info):
        digest = _DIGEST.fullmatch(value)
        if digest:  # what `sem edit` shows in place of a value (C 5.1)
            return Sealed(md5=digest["md5"])
        if not value.strip():
            raise ValueError(
                "must not be blank: Semaphore refuses an empty secret value; "
                f"write it, say where it is with {info.field_name}{FROM}, "
                f"or leave it as it is with `{info.field_name}{FROM}: {{live: keep}}`"
            )
    return seal(value, info)


def _seal_content(value: Any, info: ValidationInfo) -> Any:
    sealed = _seal(value, info)
    if not isinstance(sealed, Sealed) or not sealed.is_clear:
        return sealed
    text = sealed.reveal()
    if is_declared(info) and not is_base64(text):
        raise ValueError(
            "is not base64; encode the file, or name it with `content_from: {file: path}`"
        )
    if is_declared(info) and is_placeholder((decoded_base64(text) or b"").decode(errors="replace")):
        raise ValueError("is what stands for a value that is not shown, encoded: leave it alone")
    return sealed


def is_writable(sealed: Sealed, *, encoded: bool) -> bool:
    """Whether a value is in hand, and may stand in a manifest as what it is."""
    if not sealed.is_clear:
        return False
    text = sealed.reveal()
    content = decoded_base64(text) if encoded else text.encode()
    readable = (content or b"").decode(errors="replace")
    return (
        bool(text.strip())
        and content is not None
        and not (is_placeholder(text) or is_placeholder(readable) or _DIGEST.fullmatch(text))
    )


def _unwrapped(content: Sealed) -> Sealed:
    """Return base64 in one line, however it was broken into lines."""
    if not content.is_clear:
        return content
    text = canonical_base64(content.reveal())
    return content if text == content.reveal() else content.spelled(text)


class EnvVar(Keyed):
    name: Annotated[str, declared_only(_check_env_name)]
    value: Annotated[Sealed, BeforeValidator(_seal)] = Field(
        description="or `value_from`: env, file, sops, vault, or live: keep"
    )

    _sources = take_sources()


class File(Keyed):
    KEY: ClassVar[str] = "path"

    path: Annotated[str, declared_only(_check_path)]
    content: Annotated[Sealed, Encoded(), BeforeValidator(_seal_content), Normal(_unwrapped)] = (
        Field(
            description="base64; or `content_from`: env, file, sops, vault, whose raw bytes are "
            "encoded, or live: keep"
        )
    )

    _sources = take_sources()


def oversize(*lists: Iterable[EnvVar | File] | None) -> str:
    """Say that the values in hand are together more than Semaphore stores, "" if they are not."""
    items = [item for each in lists for item in each or ()]
    values = [item.value if isinstance(item, EnvVar) else item.content for item in items]
    size = sum(len(value.reveal().encode()) for value in values if value.is_clear)
    return f"together {size} bytes, Semaphore stores at most {_BIGGEST}" if size > _BIGGEST else ""


def _check_size(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if too_much := oversize(items):
        raise ValueError(too_much)
    return items


EnvVars = Annotated[tuple[EnvVar, ...], UniqueKeys, AfterValidator(_check_size), ByKey]
Files = Annotated[tuple[File, ...], UniqueKeys, AfterValidator(_check_size), ByKey]
