"""Numbers in texts, read as the languages of the real servers read them and not as Python does."""

_MOST_DIGITS = 100
_ENDLESS = 10**_MOST_DIGITS


def integer(text: str) -> int:
    """The integer some digits spell; Python refuses thousands of them, no server does.

    Beyond a hundred digits all are the same: larger than anything a server can store.
    """
    digits = text.lstrip("+-").lstrip("0") or "0"
    size = int(digits) if len(digits) <= _MOST_DIGITS else _ENDLESS
    return -size if text.startswith("-") else size
