"""A plan, a drift or what became of a plan as a comment on a pull request.

The same plan is the same comment, byte for byte: nothing in it is of the run that made it, so that
a bot leaves alone what says this already.
"""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.model import Action, Change, Outcome, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.changes import DONE, SYMBOLS
from reconciler.render.drift import seen_live, verdict
from reconciler.render.field_diff import diff
from reconciler.render.markdown.dangers import Danger, Written, dangers, origin, secrets
from reconciler.render.markdown.fitting import Parts, Piece
from reconciler.render.markdown.flavour import Flavour
from reconciler.render.markdown.lists import sections
from reconciler.render.markdown.matrix import matrix
from reconciler.render.markdown.safe import code, fence, prose
from reconciler.render.remarks import alike, nameless
from reconciler.render.text import nothing
from reconciler.render.words import count

_LOUD = (Action.DELETE, Action.REPLACE)
_TITLES = {Subject.PLAN: "Plan for", Subject.DRIFT: "Drift of", Subject.APPLY: "Applied to"}


def parts(told: Report, flavour: Flavour) -> Parts:
    """Return all of a comment, before it is known how much of it there is room for."""
    written = secrets(told)
    found = dangers(told, written)
    pieces = [_piece(each, told, flavour) for each in _pieces_of(told, written)]
    return Parts(
        _head(told, written, _caution(found, flavour, short=False)),
        _head(told, written, _caution(found, flavour, short=True)),
        pieces,
        [*sections(told)],
        _tail(told, flavour),
    )


def _head(told: Report, written: Written, caution: Sequence[str]) -> list[str]:
    facts = " · ".join(_facts(told))
    blocks = [[_first(told, written)], [facts] if facts else [], caution]
    blocks.append(matrix(told) if told.plan.changes or told.plan.observed else [])
    return [line for block in blocks if block for line in (*block, "")][:-1]


def _first(told: Report, written: Written) -> str:
    """Return the line that is enough by itself."""
    decided, name = told.plan, told.organization
    where = prose(name) if told.fingerprint is None else code(name)  # none is asked by a preview
    if told.outcomes is not None:
        said = _done(told.outcomes) if decided.changes else _adopted(told)
        unheard = ["**the ledger does not know of it**"] if told.trouble else []
    elif told.subject is Subject.DRIFT:
        return f"### Drift of {where}: {prose(verdict(decided).removeprefix('Drift: '))}"
    else:
        said, unheard = [_planned(told, written)], _refused(told)
    return f"### {_title(told)} {where}: {'; '.join([*said, *unheard])}"


def _title(told: Report) -> str:
    return "Not applied to" if _is_left(told) else _TITLES[told.subject]


def _is_left(told: Report) -> bool:
    """Whether something was to be applied, and was not."""
    plan = told.plan
    nothing_to_do = not (plan.changes or plan.adopted or plan.refusals)
    return told.subject is Subject.APPLY and told.outcomes is None and not nothing_to_do


def _planned(told: Report, written: Written) -> str:
    decided = told.plan
    if not decided.changes:
        return prose(nothing(decided))
    counts = Counter(change.action for change in decided.changes)
    order = sorted(Action, key=[Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE].index)
    said = [
        f"**{counts[action]} to {action}**" if action in _LOUD else f"{counts[action]} to {action}"
        for action in order
        if counts[action]
    ]
    values = sum(map(len, written.values()))
    secret = f"; {count(values, 'secret value')} to write" if values else ""
    rest = f"; {alike(decided, 'unchanged')}" if decided.unchanged or decided.hidden else ""
    return f"{', '.join(said)}{secret}{rest}"


def _refused(told: Report) -> list[str]:
    number = len(told.plan.refusals)
    return [f"**refused for {count(number, 'reason')}**"] if number else []


def _done(outcomes: Sequence[Outcome]) -> list[str]:
    results = Counter(outcome.result for outcome in outcomes)
    done = Counter(o.change.action for o in outcomes if o.result is Result.DONE)
    made = [f"{done[action]} {DONE[action]}" for action in Action if done[action]]
    said = [f"{results[Result.DONE]} of {count(len(outcomes), 'change')} done"]
    if made:
        said[0] += f" ({', '.join(made)})"
    said += [f"**{results[r]} {r}**" for r in (Result.FAILED, Result.SKIPPED) if results[r]]
    unknown = sum(len(outcome.unknown) for outcome in outcomes)
    return [*said, f"{count(unknown, 'value')} not known, for no answer came"] if unknown else said


def _adopted(told: Report) -> list[str]:
    number = len(told.plan.adopted)
    return [f"{count(number, 'object')} adopted" if number else "nothing was to do"]


def _facts(told: Report) -> Iterator[str]:
    """Yield what is known around it, and is the same for the same plan."""
    if told.fingerprint and told.subject is not Subject.DRIFT:
        yield f"plan {code(told.fingerprint)}"
    if (found := told.coverage) and found.live:
        share = f"{found.declared} of {count(found.live, 'live object')} seen"
        yield f"{share} {'is' if found.live == 1 else 'are'} in manifests ({found.percent} %)"
    yield from (f"**not enough for {prose(why.text)}**" for why in told.plan.failing)
    if told.trouble:
        yield f"**{prose(told.trouble)}**"


def _caution(found: Sequence[Danger], flavour: Flavour, *, short: bool) -> list[str]:
    lines: list[str] = []
    for danger in found:
        lines += [*([""] if lines else []), *danger.lines(short=short)]
    return flavour.caution(lines) if lines else []


def _pieces_of(told: Report, written: Written) -> list[tuple[str, Change]]:
    """Return what is shown by itself, each with its sign, the most dangerous first."""
    if told.subject is Subject.DRIFT:
        found = seen_live(told.plan)
        sides = (("-", found.missing), ("+", found.unwanted), ("~", found.differing))
        shown = [(sign, change) for sign, changes in sides for change in changes]
        turned = seen_live(replace(told.plan, changes=told.plan.observed))
        seen = (*turned.missing, *turned.unwanted, *turned.differing)
    else:
        changes = sorted(told.plan.changes, key=lambda c: (_rank(c, written), c.address))
        shown = [(SYMBOLS[change.action], change) for change in changes]
        seen = told.plan.observed
    return [*shown, *(("≠", change) for change in seen)]


def _rank(change: Change, written: Written) -> int:
    if change.action in _LOUD:
        return _LOUD.index(change.action)
    return 2 if change.address in written else 3 + (change.action is Action.CREATE)


def _piece(shown: tuple[str, Change], told: Report, flavour: Flavour) -> Piece:
    sign, change = shown
    address, kind = str(change.address), change.address.kind
    said = [f"{sign} {flavour.code(address)}"]
    if sign == "≠":
        said.append("only observed, not touched")
    if change.reason:
        said.append(flavour.prose(change.reason))
    said.append(origin(change, told, flavour.code))
    if change.fields:
        said.append(count(len(change.fields), "field"))
    what = "only observed" if sign == "≠" else change.action
    body = fence("diff", diff(change)) if change.fields else []
    return Piece(address, f"{what} of {kind}", " · ".join(said), body)


def _tail(told: Report, flavour: Flavour) -> list[str]:
    purpose = "preview" if told.fingerprint is None else str(told.subject)
    return [*_next(told), flavour.marker(purpose, told.organization)]


def _next(told: Report) -> list[str]:
    """Say how to apply just this, where a name can stand for it."""
    if told.outcomes is not None:
        again = "Make a new plan of the rest: this one does not fit any more."
        return [again, ""] if told.spent else []
    to_do = told.plan.changes or told.plan.adopted
    if told.subject is not Subject.PLAN or told.plan.refusals or not to_do:
        return []
    if told.fingerprint:
        words = told.apply or ("reconciler", "apply")
        line = shlex.join([*words[:2], "--expect", told.fingerprint, *words[2:]])
        return ["Apply exactly this, or nothing:", *fence("sh", [line]), ""]
    why = nameless(told.plan) if told.fingerprint is not None else ""
    return [f"It has no fingerprint: {prose(why)}. Save it with `--out`.", ""] if why else []
