"""What is written back into manifests: as a difference of texts, in words, as JSON."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence

from reconciler.model.absorption import Absorption, How, NotTaken, Rewrite
from reconciler.render.machine import Document, address_parts
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.values import printable
from reconciler.render.words import count

Shown = Callable[[str, bytes], str]
"""Gives the text of a file, by its name and content."""

_END = "\\ No newline at end of file\n"
_TONES = {"+": Tone.CREATED, "-": Tone.REMOVED, "@": Tone.FAINT}


def decoded(_: str, raw: bytes) -> str:
    """Return the text as it is."""
    return raw.decode()


def patch(rewrites: Iterable[Rewrite], shown: Shown = decoded) -> str:
    """Return the difference that ``patch -p1`` and ``git apply`` understand."""
    return "".join(line for rewrite in rewrites for line in _difference(rewrite, shown))


def _difference(rewrite: Rewrite, shown: Shown) -> Iterator[str]:
    then, now = (
        [] if raw is None else _lines(shown(rewrite.file, raw))
        for raw in (rewrite.before, rewrite.after)
    )
    before = "/dev/null" if rewrite.before is None else f"a/{rewrite.file}"
    after = "/dev/null" if rewrite.after is None else f"b/{rewrite.file}"
    for line in difflib.unified_diff(then, now, before, after):
        yield line if line.endswith("\n") else f"{line}\n{_END}"


def _lines(text: str) -> list[str]:
    """Return lines with their ends; to a patch, nothing but a line feed is one."""
    *whole, last = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([last] if last else [])]


def text(found: Absorption, shown: Shown, palette: Palette = plain) -> str:
    """Return what would be written, and what stays as it is said, and why."""
    parts = [_coloured(patch(found.rewrites, shown), palette)] if found.rewrites else []
    left = [f"  {_left(each, palette)}\n" for each in found.left]
    if left:
        parts.append("".join(["Stays as it is said:\n", *left]))
    if not parts:
        parts.append("There is nothing to write into the manifests.\n")
    return "\n".join(parts)


def _coloured(lines: str, palette: Palette) -> str:
    said = []
    for line in lines.removesuffix("\n").split("\n"):
        safe = "\t".join(map(printable, line.removesuffix("\r").split("\t")))
        tone = Tone.STRONG if line.startswith(("+++", "---")) else _TONES.get(line[:1])
        said.append(f"{palette(safe, tone) if tone else safe}\n")
    return "".join(said)


def _left(each: NotTaken, palette: Palette) -> str:
    place = palette(printable(str(each.place)), Tone.STRONG)
    what = f"{each.address}: {each.path}" if each.path else str(each.address)
    return f"{place}: {printable(what)}: {printable(each.why)}"


def counted(found: Absorption) -> str:
    """Return how much it is, in a word or two."""
    files = count(len(found.rewrites), "file")
    kinds = [(sum(1 for _ in found.by(how)), how) for how in How]
    what = ", ".join(f"{number} {how}" for number, how in kinds if number)
    return f"{count(len(found.taken), 'object')} in {files} ({what})" if what else "nothing"


def in_part(written: Sequence[str], rest: Sequence[str]) -> str:
    """Return which files were written before it ended, and which were not."""
    return "\n".join((*_named("Written", written), *_named("Not written", rest)))


def _named(what: str, files: Sequence[str]) -> Iterator[str]:
    if files:
        yield f"{what}:"
    yield from (f"  {printable(file)}" for file in files)


def message(found: Absorption, where: str) -> str:
    """Return the report as the message of a commit."""
    said = [f"Absorb what was changed outside: {counted(found)}", "", f"Organization: {where}", ""]
    for each in found.taken:
        fields = f": {', '.join(each.fields)}" if each.fields else ""
        said.append(printable(f"- {each.address} {each.how}{fields}"))
    if found.left:
        said += ["", "Not absorbed:", ""]
        said += [f"- {_left(each, plain)}" for each in found.left]
    return "\n".join(said) + "\n"


def document(found: Absorption, shown: Shown) -> Document:
    """Describe the same.

    ``objects``: each with ``address`` and its parts, ``how`` (changed, added, removed), ``file``
    and ``fields``; ``files``: ``file``, and ``action`` (create, update, delete); ``diff``, without
    secret values; ``left``: what is not absorbed: ``address`` and its parts, ``path`` ("" for all
    of it), ``file``, ``line``, ``column`` and ``why``.
    """
    return {
        "objects": [
            {**address_parts(t.address), "how": str(t.how), "file": t.file, "fields": [*t.fields]}
            for t in found.taken
        ],
        "files": [{"file": each.file, "action": _action(each)} for each in found.rewrites],
        "diff": patch(found.rewrites, shown),
        "left": [
            {
                **address_parts(each.address),
                "path": each.path,
                "file": each.place.file,
                "line": each.place.line,
                "column": each.place.column,
                "why": each.why,
            }
            for each in found.left
        ],
    }


def _action(rewrite: Rewrite) -> str:
    if rewrite.before is None:
        return "create"
    return "delete" if rewrite.after is None else "update"
