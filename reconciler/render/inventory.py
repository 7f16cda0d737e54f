"""What is there, declared or not: a count by kind, a line for each object, how much is covered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict

from reconciler.model.inventory import Entry, Inventory
from reconciler.render.listing import Cell, table
from reconciler.render.machine import Document, address_parts, place
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.remarks import unread
from reconciler.render.values import printable
from reconciler.render.words import count

_HUNDRED = 100


def text(found: Inventory, palette: Palette = plain, *, only_unmanaged: bool = False) -> str:
    """Return the tables and the sentence; ``only_unmanaged``: no line for the others."""
    shown = [entry for entry in found.entries if entry.unmanaged or not only_unmanaged]
    parts = [_by_kind(found, palette)] if found.entries else []
    if shown:
        rows = [
            (str(e.address), _declared(e), _whose(e), "yes" if e.protected else "") for e in shown
        ]
        parts.append(table(("ADDRESS", "DECLARED", "LEDGER", "PROTECTED"), rows, palette))
    parts += _renamed(shown)
    if missing := unread(found.unread):
        parts.append("".join(f"{line}\n" for line in missing))
    parts += [f"{palette('warning', Tone.CHANGED)}: {printable(each)}\n" for each in found.doubts]
    parts.append(f"{palette(_coverage(found), Tone.STRONG)}\n")
    return "\n".join(parts)


def document(found: Inventory, where: str, *, only_unmanaged: bool = False) -> Document:
    """Describe the same, as documents.List tells."""
    return {
        "organization": where,
        "objects": [
            {
                **address_parts(entry.address),
                "live": entry.live,
                "declared": place(entry.declared),
                "ours": entry.ours,
                "unmanaged": entry.unmanaged,
                "protected": entry.protected,
                "observed": entry.observed,
                "was": str(entry.was) if entry.was else None,
            }
            for entry in found.entries
            if entry.unmanaged or not only_unmanaged
        ],
        "unread": [asdict(part) for part in found.unread],
        "doubts": list(found.doubts),
        "coverage": {"live": found.live, "declared": found.covered, "percent": _percent(found)},
    }


def _by_kind(found: Inventory, palette: Palette) -> str:
    counts = Counter(
        (entry.address.kind, what)
        for entry in found.entries
        for what, so in (
            ("live", entry.live),
            ("declared", entry.declared is not None),
            ("ours", entry.ours),
            ("unmanaged", entry.unmanaged),
        )
        if so
    )
    kinds = sorted({entry.address.kind for entry in found.entries})
    columns = ("live", "declared", "ours", "unmanaged")
    rows = [(kind, *(str(counts[kind, column]) for column in columns)) for kind in kinds]
    return table(("KIND", *map(str.upper, columns)), rows, palette)


def _declared(entry: Entry) -> Cell | str:
    if entry.declared is None:
        return Cell("unmanaged", Tone.CHANGED) if entry.unmanaged else ""
    if entry.live is None:
        return Cell(f"{entry.declared}, not read", Tone.CHANGED)
    return str(entry.declared) if entry.live else Cell(f"{entry.declared}, not there", Tone.REMOVED)


def _whose(entry: Entry) -> str:
    said = (("ours", entry.ours), ("observed", entry.observed))
    return ", ".join(word for word, so in said if so)


def _renamed(shown: Iterable[Entry]) -> list[str]:
    """Say what was renamed outside, and what it was; what is in a project goes with that."""
    told = [(e.address, e.was) for e in shown if e.was and e.was.name != e.address.name]
    lines = [f"  {printable(f'{now} (it was {was})')}\n" for now, was in told]
    return [f"Renamed outside, and known by its id:\n{''.join(lines)}"] if lines else []


def _coverage(found: Inventory) -> str:
    if found.unread:
        return f"{count(found.live, 'object')} found; not all could be read."
    if not found.live:
        return "There is nothing."
    if not found.declaring:
        return f"{count(found.live, 'object')}; no manifests were read: --manifests PATH."
    return (
        f"{found.covered} of {count(found.live, 'object')} are in manifests, {_percent(found)} %."
    )


def _percent(found: Inventory) -> int | None:
    """Return a whole number, rounded down: all is only all."""
    return found.covered * _HUNDRED // found.live if found.live and not found.unread else None
