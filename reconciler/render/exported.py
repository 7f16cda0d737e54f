"""What an export gave: how many objects, what became of their secret values, what is not said."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.kinds.describing import Remark
from reconciler.model import Address
from reconciler.render.listing import table
from reconciler.render.machine import Document, address_parts
from reconciler.render.manifest_text import remark_text
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.values import printable
from reconciler.render.words import count


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Manifests of what is there.

    ``files``: their texts by path, ``/`` between folders; ``beside``: what goes with them;
    ``places``: the file of each object; ``remarks``: what is not said of it as it is; ``left_out``:
    objects that no manifest can be about, and why; ``newer``: by kind, the fields that this version
    does not know. Secret values: how many are ``kept`` where they
    are, and how many of those Semaphore ``shows``; how many are in ``clear``, in one of the
    ``variables``, or ``encrypted``.
    """

    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    places: Mapping[Address, str]
    remarks: Mapping[Address, tuple[Remark, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    left_out: Mapping[Address, tuple[Remark, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    newer: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    kept: int = 0
    shows: int = 0
    clear: int = 0
    variables: tuple[str, ...] = ()
    encrypted: int = 0


def text(found: Exported, out: str = "", palette: Palette = plain) -> str:
    """Return the summary; ``out``: the directory that was written, "" for standard output."""
    parts = [_counts(found, palette)] if found.places else []
    values = list(_values(found, out))
    parts += ["".join(f"{line}\n" for line in values)] if values else []
    parts += _said("Left out, or said as it is there:", found.remarks, palette)
    parts += _said("NOT WRITTEN, for no manifest can be about it:", found.left_out, palette)
    parts += _newer(found)
    files = len(set(found.places.values()))
    where = f" in {count(files, 'file')} of {out}" if out else ""
    total = f"{count(len(found.places), 'object')}{where}."
    parts.append(f"{palette(total, Tone.STRONG)}\n")
    return "\n".join(parts)


def document(found: Exported, where: str, out: str, config: str) -> Document:
    """Describe the same.

    ``organization``; ``out``: the directory; ``config``: the settings that were written, "" if
    none; ``objects``, each with ``address`` and its parts, ``file`` below ``out``, and ``remarks``:
    ``path`` ("" for all of it) and ``why``; ``left_out`` likewise, without a file; ``newer``: by
    kind, the paths of fields that this version does not know; ``values``: how
    many secret values are ``kept`` where they are, how many of those are ``shown``, how many are in
    ``clear``, the ``variables`` that others are read from, and how many are ``encrypted``.
    """
    return {
        "organization": where,
        "out": out,
        "config": config,
        "objects": [
            {**address_parts(address), "file": file, "remarks": _remarks(found.remarks, address)}
            for address, file in found.places.items()
        ],
        "left_out": [
            {**address_parts(address), "remarks": _remarks(found.left_out, address)}
            for address in found.left_out
        ],
        "newer": {kind: list(fields) for kind, fields in found.newer.items()},
        "values": {
            "kept": found.kept,
            "shown": found.shows,
            "clear": found.clear,
            "variables": list(found.variables),
            "encrypted": found.encrypted,
        },
    }


def _remarks(said: Mapping[Address, tuple[Remark, ...]], address: Address) -> list[Document]:
    return [{"path": remark.path, "why": remark.why} for remark in said.get(address, ())]


def _counts(found: Exported, palette: Palette) -> str:
    kinds = Counter(address.kind for address in found.places)
    return table(("KIND", "OBJECTS"), ((k, str(n)) for k, n in sorted(kinds.items())), palette)


def _values(found: Exported, out: str) -> Iterator[str]:
    if found.kept:
        shows = f"; Semaphore shows {found.shows} of them" if found.shows else ""
        yield f"Left where it is, as {{live: keep}}: {count(found.kept, 'secret value')}{shows}."
    if found.clear:
        yield f"{count(found.clear, 'secret value')} in clear: whoever has these files has them."
    if found.encrypted:
        yield f"{count(found.encrypted, 'secret value')} encrypted in {out}/secrets.sops.yaml."
    if found.variables:
        example = f", which {out}/.env.example lists" if out else ""
        yield f"{count(len(found.variables), 'secret value')} to be read from variables{example}."


def _said(title: str, said: Mapping[Address, tuple[Remark, ...]], palette: Palette) -> list[str]:
    lines = [
        f"  {palette(printable(str(address)), Tone.STRONG)}: {remark_text(remark)}\n"
        for address, remarks in said.items()
        for remark in remarks
    ]
    return [f"{title}\n{''.join(lines)}"] if lines else []


def _newer(found: Exported) -> list[str]:
    """Name the fields that this version does not know, once for each kind."""
    named = ((kind, ", ".join(fields)) for kind, fields in found.newer.items())
    lines = [f"  {printable(f'{kind}: {fields}')}\n" for kind, fields in named]
    return [f"Newer than this program, and not said:\n{''.join(lines)}"] if lines else []
