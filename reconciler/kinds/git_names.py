"""What can be the name of a branch or a tag, by the rules of ``git check-ref-format``."""

import re

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
_COMPONENT = re.compile(r"\.|.*\.lock$", re.DOTALL)


def not_a_ref(name: str) -> str:
    """Say why git has no branch or tag of this name, "" if it may have one."""
    if not name:
        return "no branch or tag has an empty name"
    found = _FORBIDDEN.search(name)
    if found and found[0] == "*":
        pattern = "/^" + re.sub(r"\\?\*+", ".*", re.escape(name)).replace(r"\-", "-") + "$/"
        return f"git allows no '*' in a name; a pattern is written between slashes, like {pattern}"
    if found:
        return f"git allows no {found[0]!r} in the name of a branch or tag"
    if "" in name.split("/"):
        return (
            "no name of a branch or tag begins or ends with a slash, or has two in a row; "
            "a pattern has one at either end"
        )
    if name.endswith(".") or any(_COMPONENT.match(part) for part in name.split("/")):
        return (
            "git allows no part of a name to begin with a dot or end with .lock, and no final dot"
        )
    return ""
