"""What became of a plan: a line for each change, then totals counted from the results."""

from collections import Counter
from collections.abc import Collection, Sequence

from reconciler.model import Action, HiddenValue, Outcome, Result
from reconciler.model.report import Report
from reconciler.render.changes import DONE, SYMBOLS, address_column
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.text import paragraphs
from reconciler.render.values import printable
from reconciler.render.words import count

_NEXT = "What is done stays done. Remove the cause of what failed; the same command does the rest."
_ANEW = (
    "What is done stays done. Remove the cause of what failed, and make a new plan of the rest: "
    "this one does not fit any more."
)
_TONES = {Result.DONE: Tone.CREATED, Result.FAILED: Tone.LOUD, Result.SKIPPED: Tone.CHANGED}


def ended(told: Report, palette: Palette = plain) -> str:
    """Return what became of a plan that was told before, "" where there is nothing to say."""
    outcomes, decided = told.outcomes or (), told.plan
    said = []
    if decided.changes:
        said.append(report(outcomes, told.organization, palette=palette, spent=told.spent))
    elif decided.adopted and not told.trouble:
        said.append(f"Adopted: {count(len(decided.adopted), 'object')}.\n")
    if decided.assumed_now and not told.trouble:
        said.append(_assumed(decided.assumed_now))
    return "\n".join(said)


def _assumed(new: Collection[HiddenValue]) -> str:
    """Say what counts as declared from now on although nobody saw it."""
    named = "".join(f"  {printable(f'{value.address}: {value.path}')}\n" for value in new)
    return (
        f"From now on assumed to be as declared: {count(len(new), 'hidden value')} "
        f"of what was adopted. --rewrite ADDRESS writes what is declared.\n{named}"
    )


def report(
    outcomes: Sequence[Outcome], where: str, *, palette: Palette = plain, spent: bool = False
) -> str:
    """Return the report of one apply; ``spent``: what was reviewed can't be applied again."""
    title = palette(f"Applied to {printable(where)}", Tone.STRONG)
    column = address_column(outcome.change for outcome in outcomes)
    skipped = Counter(o.detail for o in outcomes if o.result is Result.SKIPPED)
    shared = {words: number for words, number in skipped.items() if number > 1}
    lines = [line for outcome in outcomes for line in _lines(outcome, shared, column, palette)]
    once = [f"{number} were skipped: {printable(words)}" for words, number in shared.items()]
    return paragraphs([[title], lines, once, _totals(outcomes, palette, _ANEW if spent else _NEXT)])


def outcome_line(outcome: Outcome, column: int, palette: Palette) -> str:
    """Return symbol, address and result; the reason is for the next line."""
    change = outcome.change
    tone = _TONES[outcome.result]
    word = DONE[change.action] if outcome.result is Result.DONE else str(outcome.result)
    address = printable(str(change.address)).ljust(column)
    took = f"{outcome.seconds:6.1f} s" if outcome.seconds else ""
    said = f"{palette(word.ljust(8), tone)}{palette(took, Tone.FAINT)}".rstrip()
    return f"  {palette(SYMBOLS[change.action].ljust(3), tone)} {address}  {said}"


def _lines(outcome: Outcome, shared: Collection[str], column: int, palette: Palette) -> list[str]:
    """Return the line of an outcome and why it is so; what is ``shared`` is said once for all."""
    said = [outcome_line(outcome, column, palette)]
    if outcome.result is Result.SKIPPED and outcome.detail in shared:
        return said
    said += [f"        {printable(line)}" for line in outcome.detail.splitlines()]
    if outcome.left:
        said.append(f"        state: {printable(outcome.left)}")
    return said


def _totals(outcomes: Sequence[Outcome], palette: Palette, rest: str) -> list[str]:
    results = Counter(outcome.result for outcome in outcomes)
    done = Counter(o.change.action for o in outcomes if o.result is Result.DONE)
    parts = [f"{done[action]} {DONE[action]}" for action in Action if done[action]]
    of = f"{results[Result.DONE]} of {count(len(outcomes), 'change')}"
    said = f"Done: {of}" + (f" ({', '.join(parts)})." if parts else ".")
    if results[Result.FAILED]:
        said += palette(f" Failed: {results[Result.FAILED]}.", Tone.LOUD)
    if results[Result.SKIPPED]:
        said += palette(f" Skipped: {results[Result.SKIPPED]}.", Tone.CHANGED)
    unknown = sum(len(outcome.unknown) for outcome in outcomes)
    lost = [f"Not known, for no answer came: {count(unknown, 'value')} of it."] if unknown else []
    if results[Result.DONE] == len(outcomes):
        return [said, *lost]
    return [said, *lost, rest]
