"""The second form of a reference: what stands in the place of an id, and is the id of nothing.

The API stores any text where an id belongs, and resolves none of it: a filter by such text finds
nothing, a secret with it is open to nobody. It is never the same as a name: it has a form of its
own, which no name has, in which it is compared, shown and remembered.
"""

import re
from typing import Final

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_TEXT: Final = " (text, not an id)"
_ID: Final = " (an id of nothing that can be seen)"


def literal(text: str) -> str:
    """Return the form of text that leads nowhere."""
    return f"{text}{_ID if UUID.fullmatch(text) else _TEXT}"


def is_literal(reference: str) -> bool:
    return reference.endswith((_TEXT, _ID))


def verbatim(reference: str) -> str:
    """Return what the server has for a reference that is literal; any other as it is."""
    end = next((end for end in (_TEXT, _ID) if reference.endswith(end)), "")
    return reference.removesuffix(end)


def as_written(reference: str) -> str:
    """Return what a manifest has for a reference: an id as it is, text that is none in its form."""
    text = verbatim(reference)
    return text if UUID.fullmatch(text) else reference
