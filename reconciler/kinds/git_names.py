"""What can be the name of a branch or a tag, by the rules of ``git check-ref-format``."""

import re

SLASHED = "; a pattern is written between slashes, like /{}/"
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
_COMPONENT = re.compile(r"\.|.*\.lock$", re.DOTALL)


def not_a_ref(name: str, pattern: str = "") -> str:
    """Say why git has no branch or tag of this name, "" if it may have one.

    ``pattern``: how one is written in the place of a name, with ``{}`` for what is to be searched.
    """
    if not name:
        return "no branch or tag has an empty name"
    found = _FORBIDDEN.search(name)
    if found and found[0] == "*":
        searched = re.sub(r"(?:\\\*)+", ".*", re.escape(name)).replace(r"\-", "-")
        return f"git allows no '*' in a name{pattern.replace('{}', f'^{searched}$')}"
    if found:
        return f"git allows no {found[0]!r} in the name of a branch or tag"
    if "" in name.split("/"):
        return "no name of a branch or tag begins or ends with a slash, or has two in a row"
    if name.endswith(".") or any(_COMPONENT.match(part) for part in name.split("/")):
        return (
            "git allows no part of a name to begin with a dot or end with .lock, and no final dot"
        )
    return ""
