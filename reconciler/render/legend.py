"""What the signs of a plan mean."""

from typing import Final

from reconciler.model import Action, Plan
from reconciler.render.changes import SYMBOLS

OBSERVED: Final = "≠"
WRITTEN: Final = "✎"
UNKNOWN: Final = "?"
REFUSED: Final = "!"
_REPLACED = "delete and create again"


def legend(decided: Plan) -> list[str]:
    """Explain the signs that a plan is told with."""
    actions = {change.action for change in decided.changes}
    named = [
        (SYMBOLS[action], _REPLACED if action is Action.REPLACE else str(action))
        for action in Action
        if action in actions
    ]
    others = (
        (OBSERVED, "only observed", decided.observed),
        (WRITTEN, "secret values written", any(each.writes_secret for each in decided.changes)),
        (UNKNOWN, "not compared", decided.hidden),
        (REFUSED, "refused", decided.refusals),
    )
    named += [(sign, meaning) for sign, meaning, occurs in others if occurs]
    if not (decided.changes or decided.observed):
        return []  # the rest stands in sentences
    return [f"Signs: {', '.join(f'{sign} {meaning}' for sign, meaning in named)}."]
