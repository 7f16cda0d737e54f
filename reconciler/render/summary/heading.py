"""What a run comes to in a line, what is known around it, and what to do next."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.model import Action, Outcome, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.changes import DONE
from reconciler.render.drift import verdict
from reconciler.render.remarks import alike, nameless
from reconciler.render.summary.dangers import Written
from reconciler.render.summary.said import Loud, Name, Quote, Said, listed
from reconciler.render.text import nothing
from reconciler.render.words import count

LOUD = (Action.DELETE, Action.REPLACE)
_TITLES = {Subject.PLAN: "Plan for", Subject.DRIFT: "Drift of", Subject.APPLY: "Applied to"}


def title(told: Report) -> str:
    return "Not applied to" if _is_left(told) else _TITLES[told.subject]


def where(told: Report) -> str:
    """Return whose run it is; none is asked by a preview."""
    return (Quote if told.fingerprint is None else Name)(told.organization)


def comes_to(told: Report, written: Written) -> Said:
    """Return what is enough by itself, without whose it is."""
    decided = told.plan
    if told.subject is Subject.DRIFT:
        return (Quote(verdict(decided).removeprefix("Drift: ")),)
    if told.outcomes is not None:
        said = _done(told.outcomes) if decided.changes else _adopted(told)
        unheard = [Loud("the ledger does not know of it")] if told.trouble else []
        return (*listed([*said, *unheard], "; "),)
    refused = [("; ", Loud(f"refused for {count(len(decided.refusals), 'reason')}"))]
    more = refused if decided.refusals else []
    return (*_planned(told, written), *(part for parts in more for part in parts))


def facts(told: Report) -> Iterator[Said]:
    """Yield what is known around it, and is the same for the same plan."""
    if told.fingerprint and told.subject is not Subject.DRIFT:
        yield ("plan ", Name(told.fingerprint))
    if (found := told.coverage) and found.live:
        share = f"{found.declared} of {count(found.live, 'live object')} seen"
        yield (f"{share} {'is' if found.live == 1 else 'are'} in manifests ({found.percent} %)",)


def doubts(told: Report) -> Iterator[str]:
    """Yield why it is no success, though there may be nothing to do."""
    yield from (f"not enough for {why.text}" for why in told.plan.failing)
    if told.trouble:
        yield told.trouble


def command(told: Report) -> str:
    """Return the command that applies just this, "" where there is none."""
    if not _is_to_be_applied(told) or not told.fingerprint:
        return ""
    words = told.apply or ("reconciler", "apply")
    return shlex.join([*words[:2], "--expect", told.fingerprint, *words[2:]])


def unnamed(told: Report) -> str:
    """Return why there is no such command, "" where that goes without saying."""
    is_nameless = _is_to_be_applied(told) and told.fingerprint == ""
    return nameless(told.plan) if is_nameless else ""


def _is_to_be_applied(told: Report) -> bool:
    to_do = told.plan.changes or told.plan.adopted
    is_plan = told.subject is Subject.PLAN and told.outcomes is None
    return is_plan and not told.plan.refusals and bool(to_do)


def _is_left(told: Report) -> bool:
    """Whether something was to be applied, and was not."""
    plan = told.plan
    nothing_to_do = not (plan.changes or plan.adopted or plan.refusals)
    return told.subject is Subject.APPLY and told.outcomes is None and not nothing_to_do


def _planned(told: Report, written: Written) -> Said:
    decided = told.plan
    if not decided.changes:
        return (Quote(nothing(decided)),)
    counts = Counter(change.action for change in decided.changes)
    order = (*LOUD, Action.UPDATE, Action.CREATE)
    said = [
        (Loud if action in LOUD else str)(f"{counts[action]} to {action}")
        for action in order
        if counts[action]
    ]
    values = sum(map(len, written.values()))
    secret = f"; {count(values, 'secret value')} to write" if values else ""
    rest = f"; {alike(decided, 'unchanged')}" if decided.unchanged or decided.hidden else ""
    return (*listed(said), secret, rest)


def _done(outcomes: Sequence[Outcome]) -> list[str]:
    results = Counter(outcome.result for outcome in outcomes)
    done = Counter(o.change.action for o in outcomes if o.result is Result.DONE)
    made = [f"{done[action]} {DONE[action]}" for action in Action if done[action]]
    said = [f"{results[Result.DONE]} of {count(len(outcomes), 'change')} done"]
    if made:
        said[0] += f" ({', '.join(made)})"
    said += [Loud(f"{results[r]} {r}") for r in (Result.FAILED, Result.SKIPPED) if results[r]]
    unknown = sum(len(outcome.unknown) for outcome in outcomes)
    return [*said, f"{count(unknown, 'value')} not known, for no answer came"] if unknown else said


def _adopted(told: Report) -> list[str]:
    number = len(told.plan.adopted)
    return [f"{count(number, 'object')} adopted" if number else "nothing was to do"]
