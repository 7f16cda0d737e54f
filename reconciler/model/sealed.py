"""A secret value that can be carried, compared and sent, but never shown."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from reconciler.model.source import Source

_PLACEHOLDER: Final = re.compile(r"<secret (?:from .*|kept as it is live)>|\*{3,}", re.DOTALL)


class Unreadable(Exception):
    """The value of this secret is not known here."""


class Sealed:
    """One secret value, in one of five states of knowledge.

    ``clear``: the text is in hand. ``source``: where to get it, not yet read; with ``encode`` its
    bytes become base64, else they are text; ``trim`` says whether the newline at their end is to
    go, None that the manifest does not say. ``md5``: the server told the lower-case hex digest of
    its text (C 1.4). ``keep``: the manifest leaves the value to the server, whatever it is.
    Otherwise hidden: the server keeps it. ``live``: the server showed it.

    It has no readable ``repr``, can't be formatted, pickled, copied or dumped to JSON; only
    :meth:`reveal` gives the text, and only the encoder of a request calls that.
    """

    __slots__ = ("_encode", "_keep", "_live", "_md5", "_open", "_source", "_trim")

    def __init__(  # noqa: PLR0913 — one for each state of knowledge
        self,
        clear: str | None = None,
        *,
        source: Source | None = None,
        encode: bool = False,
        trim: bool | None = None,
        md5: str = "",
        live: bool = False,
        keep: bool = False,
    ) -> None:
        # a closure, so that what walks through attributes (deepdiff, inspect) meets no text
        self._open: Callable[[], str] | None = None if clear is None else lambda: clear
        self._live = live
        self._keep = keep
        self._source = source
        self._encode = encode
        self._trim = trim
        self._md5 = md5.lower()

    @property
    def source(self) -> Source | None:
        """Where the value still has to be read from."""
        return self._source if self._open is None else None

    @property
    def encode(self) -> bool:
        """Whether what the source gives is to be sent as base64."""
        return self._encode

    @property
    def trim(self) -> bool | None:
        """Whether the last newline of what the source gives is to go; None: it is not said."""
        return self._trim

    @property
    def is_clear(self) -> bool:
        return self._open is not None

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no value, which is no secret."""
        return self._open is not None and not self._open()

    @property
    def is_kept(self) -> bool:
        """Whether the value is the server's own: never read, never written, equal to any."""
        return self._keep

    @property
    def origin(self) -> str:
        """Where the value is known from, in words that give nothing of it away."""
        if self._keep:
            return "kept as it is live"
        if self._source is not None:
            return str(self._source)
        if self._md5 and not self._live:
            return "a digest in the manifest"
        return "server" if self._live or not self.is_clear else "manifest"

    def reveal(self) -> str:
        """Return the text to send: the value, or the digest that tells a target to keep its own.

        Raises Unreadable for a hidden or unresolved value.
        """
        if self._open is not None:
            return self._open()
        if self._md5:
            return self._md5
        raise Unreadable

    def keyed(self, key: bytes) -> str:
        """Return a hash by which equal values can be told without the key telling them.

        Raises Unreadable for a value that is not in hand.
        """
        if self._open is None:
            raise Unreadable
        return hmac.digest(key, self._open().encode(), "sha256").hex()

    def salted(self, key: bytes, salt: str) -> str:
        """Return a hash that no other salt gives, and ``keyed`` gives of no value.

        Raises Unreadable for a value that is not in hand.
        """
        if self._open is None:
            raise Unreadable
        text = f"value\0{salt}\0{self._open()}"
        return hmac.digest(key, text.encode(), "sha512").hex()[:64]

    def resolved(self, clear: str) -> "Sealed":
        """Return the same secret, its source read."""
        return Sealed(clear, source=self._source, encode=self._encode, trim=self._trim)

    def spelled(self, clear: str) -> "Sealed":
        """Return the same secret, its text in another spelling."""
        return Sealed(clear, source=self._source, live=self._live)

    def same_as(self, live: "Sealed") -> bool | None:
        """Whether ``live`` holds this value; None where that can't be known."""
        if self is live or self._keep:
            return True
        if self._open is None:
            return self._md5 == live._md5 if self._md5 and live._md5 else None
        if live._open is not None:
            return hmac.compare_digest(self._open().encode(), live._open().encode())
        if live._md5:
            digest = hashlib.md5(self._open().encode(), usedforsecurity=False).hexdigest()
            return hmac.compare_digest(digest, live._md5)
        return None

    def is_digest_of(self, live: "Sealed") -> bool:
        """Whether the text in hand is what the server shows in place of ``live``'s."""
        return self._open is not None and bool(live._md5) and self._open().lower() == live._md5

    def __eq__(self, other: object) -> bool:
        """Say equal only of states of knowledge that are the same; see same_as for values."""
        if not isinstance(other, Sealed):
            return NotImplemented
        return self is other or self._state() == other._state()

    def _state(self) -> tuple[object, ...]:
        how = (self._source, self._encode, self._trim)
        return (self._open and self._open(), *how, self._md5, self._keep)

    __hash__ = None  # type: ignore[assignment]  # a hash of a short value can be guessed

    def __repr__(self) -> str:
        return f"<secret {self.origin}>" if self._keep else f"<secret from {self.origin}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret value is never pickled or copied")

    def __getstate__(self) -> NoReturn:
        self.__reduce__()

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: object) -> "Sealed":
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string"}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        dumped = core_schema.plain_serializer_function_ser_schema(_dumped, when_used="json")
        return core_schema.is_instance_schema(cls, serialization=dumped)


def _dumped(value: Sealed) -> object:
    """Return what is no secret, that there is no value; anything else can't be dumped."""
    return "" if value.is_empty else value


def is_placeholder(text: str) -> bool:
    """Say whether ``text`` is what stands for a value where none is shown, by us or by a CI."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()))


def decoded_base64(text: str) -> bytes | None:
    """Return what ``text``, line breaks aside, is the standard base64 of; None for other text."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def is_base64(text: str) -> bool:
    return decoded_base64(text) is not None


def canonical_base64(text: str) -> str:
    """Return base64 ``text`` without line breaks; unchanged where it is not base64."""
    content = decoded_base64(text)
    return text if content is None else base64.b64encode(content).decode()
