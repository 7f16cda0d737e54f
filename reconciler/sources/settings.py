"""What manifests say of a source, checked for its shape: all that is wrong at once."""

from collections.abc import Sequence
from typing import Any

from reconciler.model import BadSource


def text(settings: Any) -> str:
    """Return the one text that the settings are; raises BadSource."""
    wrong = _wrong(settings)
    if wrong:
        raise BadSource(((), wrong))
    return str(settings)


def texts(settings: Any, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, str]:
    """Return a mapping of texts; raises BadSource."""
    if not isinstance(settings, dict):
        raise BadSource(((), f"must be a mapping of {', '.join((*required, *optional))}"))
    problems: list[tuple[tuple[str, ...], str]] = [
        ((), f"{key} is missing") for key in required if key not in settings
    ]
    known = {*required, *optional}
    wrong = {
        str(key): _wrong(value)
        if key in known
        else f"unknown key; known are {', '.join(sorted(known))}"
        for key, value in settings.items()
    }
    problems += [((key,), said) for key, said in wrong.items() if said]
    if problems:
        raise BadSource(*problems)
    return dict(settings)


def _wrong(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "must be a text that is not blank"
    return "" if value.isprintable() else "must not have control characters"
