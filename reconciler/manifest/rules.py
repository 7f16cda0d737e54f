"""The ``reconciler:`` block: how to treat the object, not what it is."""

from typing import Any

from reconciler.kinds import Kind
from reconciler.kinds.fields import nearest
from reconciler.manifest.report import Report
from reconciler.manifest.shape import RULES, ignorable
from reconciler.model import Rules

BLOCK = "reconciler"
_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")


def read_rules(block: Any, kind: Kind, name: str, report: Report) -> Rules:
    """Parse the block; every mistake is reported, what is readable returned."""
    if block is None:
        return Rules()
    if not isinstance(block, dict):
        report.error((BLOCK,), f"{BLOCK} must be a mapping of {', '.join(RULES)}")
        return Rules()
    for key in block:
        if key not in RULES:
            report.error((BLOCK, key), f"unknown key {key!r} in {BLOCK}{nearest(key, RULES)}")
    rules = Rules(
        protect=_flag(block, "protect", report),
        ignore=_ignored(block.get("ignore"), kind, report),
        renamed_from=_old_name(block.get("renamed_from"), kind, name, report),
        absent=_flag(block, "absent", report) is True,
        allow_replace=_chosen(block, "replace", ("allow", "deny"), report) == "allow",
        forget=_chosen(block, "on_removal", ("forget", "prune"), report) == "forget",
        observe=_chosen(block, "mode", ("observe", "manage"), report) == "observe",
    )
    _contradictions(rules, kind, report)
    return rules


def _flag(block: dict[str, Any], key: str, report: Report) -> bool | None:
    """Return what is said, None where nothing is."""
    value = block.get(key)
    word = value.lower() if isinstance(value, str) else value
    if word is not None and word not in _TRUE + _FALSE:
        report.error((BLOCK, key), f"{BLOCK}.{key} must be true or false")
    return None if word is None else word in _TRUE


def _ignored(value: Any, kind: Kind, report: Report) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        report.error((BLOCK, "ignore"), f"{BLOCK}.ignore must be a list of field paths")
        return ()
    paths = set()
    for number, path in enumerate(value):
        wrong = ignorable(kind, path) if isinstance(path, str) else "must be a field path"
        if wrong:
            report.error((BLOCK, "ignore", number), f"{BLOCK}.ignore: {wrong}")
        else:
            paths.add(path)
    return tuple(sorted(paths))


def _old_name(value: Any, kind: Kind, name: str, report: Report) -> str:
    if value is None:
        return ""
    wrong = ""
    if not kind.renamable:
        wrong = f"objects of kind {kind.name} can't be renamed"
    elif not isinstance(value, str) or not value.strip():
        wrong = "must be the name the object had"
    elif value == name:
        wrong = "is the name the object has now; remove it"
    if wrong:
        report.error((BLOCK, "renamed_from"), f"{BLOCK}.renamed_from: {wrong}")
        return ""
    return str(value)


def _chosen(block: dict[str, Any], key: str, words: tuple[str, str], report: Report) -> Any:
    """Return which of two words is said, None where nothing is."""
    value = block.get(key)
    if value is not None and value not in words:
        report.error((BLOCK, key), f"{BLOCK}.{key} must be {' or '.join(words)}")
    return value


def _contradictions(rules: Rules, kind: Kind, report: Report) -> None:
    if rules.absent and kind.singleton:
        path = (BLOCK, "absent")
        report.error(path, f"{BLOCK}.absent: a project always has its {kind.name}")
    said = {
        "protect": bool(rules.protect),
        "renamed_from": bool(rules.renamed_from),
        "on_removal": rules.forget,
        "replace": rules.allow_replace,
        "absent": rules.absent,
    }
    for key, so, others in (
        ("absent", rules.absent, ("protect", "renamed_from", "on_removal")),
        ("mode", rules.observe, ("renamed_from", "replace", "absent")),
    ):
        for other in others if so else ():
            if said[other]:
                text = f"{BLOCK}.{key} and {BLOCK}.{other} contradict each other"
                report.error((BLOCK, key), text)
