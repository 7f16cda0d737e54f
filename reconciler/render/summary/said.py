"""Something said in words of ours and of others, before it is known in which format."""

from collections.abc import Iterable, Iterator


class Name(str):
    """What others can name: an address, a path, a place. Anything may be in it."""

    __slots__ = ()


class Quote(str):
    """A sentence in which there may be words of others."""

    __slots__ = ()


class Loud(str):
    """Words of ours that nobody is to miss."""

    __slots__ = ()


Said = tuple[str, ...]
"""Parts of a sentence, one after the other; what is none of the above is plain and ours."""


def listed(said: Iterable[str], between: str = ", ") -> Iterator[str]:
    """Yield parts with something between them."""
    for number, part in enumerate(said):
        if number:
            yield between
        yield part
