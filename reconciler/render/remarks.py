"""What a plan has to say besides its changes: the values not known, the notes, the refusals."""

from collections.abc import Collection

from reconciler.model import Address, Plan, Refusal, Unread, ValueState
from reconciler.render.legend import REFUSED, UNKNOWN
from reconciler.render.palette import Palette, Tone
from reconciler.render.problems import problem
from reconciler.render.values import printable
from reconciler.render.words import count

_REFUSED = "REFUSED: this plan can't be applied"
KNOWN = {
    ValueState.UNKNOWN: "not known",
    ValueState.ASSUMED: "assumed to be what was declared when it was adopted",
    ValueState.UNHONOURED: "not in effect, this organization does not honour it",
}


_COUNTED = (
    (ValueState.UNKNOWN, "value", "not known"),
    (ValueState.ASSUMED, "value", "assumed"),
    (ValueState.UNHONOURED, "setting", "not in effect"),
)


def hidden(decided: Plan, palette: Palette) -> list[str]:
    """Name the secret values that are neither known to be as declared nor to be written."""
    found: dict[tuple[Address, ValueState], list[str]] = {}
    for value in sorted(decided.hidden):
        found.setdefault((value.address, value.state), []).append(value.path)
    sign = palette(f"{UNKNOWN:3}", Tone.CHANGED)
    said = [
        f"  {sign} {palette(printable(str(address)), Tone.STRONG)}: "
        f"{KNOWN[state]}: {printable(', '.join(paths))}"
        for (address, state), paths in found.items()
    ]
    hint = (
        "Nobody saw these values: Semaphore hides them, or they were not read (--no-values); "
        "apply --rewrite ADDRESS writes what is declared, unless that is only observed; "
        "`live: keep` leaves it to others."
    )
    unknown = any(value.state is not ValueState.UNHONOURED for value in decided.hidden)
    return [*said, f"      {palette(hint, Tone.FAINT)}"] if unknown else said


def alike(decided: Plan, words: str = "as declared") -> str:
    """Return how many objects are as declared, and apart from them those not known to be."""
    said = [f"{count(len(decided.unchanged), 'object')} {words}"]
    told = [
        f"{count(len(found), noun)} {what}"
        for state, noun, what in _COUNTED
        if (found := decided.values(state))
    ]
    if told:
        objects = count(len({value.address for value in decided.hidden}), "object")
        said.append(f"{objects} with {', '.join(told)}")
    return " · ".join(said if decided.unchanged or len(said) == 1 else said[1:])


def nameless(decided: Plan) -> str:
    """Return why a plan without a fingerprint has none, "" where nothing keeps it from one."""
    if not decided.handles_values:
        return ""
    written = any(change.writes_secret for change in decided.changes)
    does = "writes secret values" if written else "takes secret values as declared"
    return f"it {does}, and without the key of a ledger they can't be told apart"


def failing(decided: Plan, palette: Palette) -> list[str]:
    """Say why this is no success, though there may be nothing to do."""
    return [palette(f"Not enough for {why.text}.", Tone.LOUD) for why in decided.failing]


def unread(parts: Collection[Unread]) -> list[str]:
    """Name the kinds that could not be looked into."""
    if not parts:
        return []
    said = [f"  {_part(part)}: {part.why}" for part in parts]
    return ["Not looked into:", *map(printable, said)]


def _part(part: Unread) -> str:
    home = f"Project/{part.project}" if part.project else ""
    if part.kind == "Project" and home:
        return home
    return f"{part.kind} in {home}" if home else part.kind


def notes(decided: Plan, palette: Palette) -> list[str]:
    return [f"  {problem(note, palette)}" for note in sorted(set(decided.notes))]


def refusals(decided: Plan, palette: Palette, title: str = _REFUSED) -> list[str]:
    if not decided.refusals:
        return []
    number = count(len(decided.refusals), "reason")
    said = [palette(f"{title}, for {number}:", Tone.LOUD)]
    return said + [_refusal(refusal, palette) for refusal in decided.refusals]


def _refusal(refusal: Refusal, palette: Palette) -> str:
    said = [f"{palette(printable(str(refusal.place)), Tone.FAINT)}: "] if refusal.place else []
    if refusal.address:
        said.append(f"{palette(printable(str(refusal.address)), Tone.STRONG)}: ")
    return f"  {palette(f'{REFUSED:3}', Tone.LOUD)} {''.join(said)}{printable(refusal.text)}"
