"""Texts of a manifest in the types of a JSON value: nobody else says what they are."""

from typing import Any

_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")


class TypeMismatch(ValueError):
    """What is written can't be of the form that is there; ``path`` is where inside it."""

    def __init__(self, words: str, path: str = "") -> None:
        super().__init__(words)
        self.path = path


def typed(written: Any, there: Any) -> Any:
    """Return what a manifest says as JSON of the form that the server has there.

    Null is null. Where the server has null, or an empty list, texts stay texts.
    Raises TypeMismatch.
    """
    if written is None or there is None:
        return written
    if isinstance(there, dict):
        return _mapping(written, there)
    if isinstance(there, list):
        return _list(written, there)
    if not isinstance(written, str):
        raise TypeMismatch("must be a single value, as it is in Semaphore")
    if isinstance(there, bool):
        return _flag(written)
    return written if isinstance(there, str) else _number(written)


def _mapping(written: Any, there: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise TypeMismatch("must be a mapping, as it is in Semaphore")
    for key in written:
        if key not in there:
            raise TypeMismatch(
                "is not there in Semaphore, and this version does not know it", f".{key}"
            )
    return {key: _inside(f".{key}", value, there[key]) for key, value in written.items()}


def _list(written: Any, there: list[Any]) -> list[Any]:
    if not isinstance(written, list):
        raise TypeMismatch("must be a list, as it is in Semaphore")
    return [
        _inside(f".{number}", value, _like(there, number)) for number, value in enumerate(written)
    ]


def _like(there: list[Any], number: int) -> Any:
    """Return of what form an item of a list is: as all are, else as the one in its place.

    Of mappings it has all keys that any has.
    """
    if there and all(isinstance(item, dict) for item in there):
        return {key: value for item in there for key, value in item.items()}
    if len({type(item) for item in there}) == 1:
        return there[0]
    return there[number] if number < len(there) else None


def _inside(path: str, written: Any, there: Any) -> Any:
    try:
        return typed(written, there)
    except TypeMismatch as error:
        raise TypeMismatch(str(error), path + error.path) from None


def _flag(written: str) -> bool:
    word = written.lower()
    if word not in _TRUE + _FALSE:
        raise TypeMismatch("must be true or false, as it is in Semaphore")
    return word in _TRUE


def _number(written: str) -> int | float:
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    raise TypeMismatch("must be a number, as it is in Semaphore")
