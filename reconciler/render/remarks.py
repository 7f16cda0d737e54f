"""What a plan has to say besides its changes: the unknown, the notes, the refusals."""

from reconciler.model import Plan, Problem, Refusal, Severity
from reconciler.render.palette import Palette, Tone
from reconciler.render.values import printable
from reconciler.render.words import count


def unknown(decided: Plan, palette: Palette) -> list[str]:
    """Name the secret fields nobody but the server can compare."""
    fields: dict[str, list[str]] = {}
    for address, path in sorted(decided.unknown):
        fields.setdefault(str(address), []).append(path)
    return [
        f"  {palette('?  ', Tone.CHANGED)} {palette(printable(address), Tone.STRONG)}: "
        f"values not comparable: {printable(', '.join(paths))}"
        for address, paths in fields.items()
    ]


def notes(decided: Plan, palette: Palette) -> list[str]:
    return [f"  {problem(note, palette)}" for note in sorted(set(decided.notes))]


def problem(found: Problem, palette: Palette) -> str:
    """Return one problem in the form compilers use."""
    tone = Tone.LOUD if found.severity is Severity.ERROR else Tone.CHANGED
    place = palette(printable(str(found.place)), Tone.STRONG)
    text = "\n    ".join(printable(line) for line in found.text.split("\n"))
    return f"{place}: {palette(str(found.severity), tone)}: {text}"


def refusals(decided: Plan, palette: Palette) -> list[str]:
    if not decided.refusals:
        return []
    number = count(len(decided.refusals), "reason")
    said = [palette(f"REFUSED: this plan can't be applied, for {number}:", Tone.LOUD)]
    return said + [_refusal(refusal, palette) for refusal in decided.refusals]


def _refusal(refusal: Refusal, palette: Palette) -> str:
    said = [f"{palette(printable(str(refusal.place)), Tone.FAINT)}: "] if refusal.place else []
    if refusal.address:
        said.append(f"{palette(printable(str(refusal.address)), Tone.STRONG)}: ")
    return f"  {palette('!  ', Tone.LOUD)} {''.join(said)}{printable(refusal.text)}"
