"""What can go wrong on the way to an organization."""

from hypothesis import strategies as st

from reconciler.embedded import Action, Fault, Moment

FATES = st.sampled_from(
    [
        Fault(action=Action.RESET, when=Moment.BEFORE),
        Fault(action=Action.RESET, when=Moment.AFTER),
        Fault(action=Action.ANSWER, when=Moment.AFTER, status=502),
        Fault(action=Action.ANSWER, status=429, retry_after="1"),
        Fault(action=Action.STALE),
        Fault(action=Action.SHIFT_PAGE, items=1),
        Fault(action=Action.SHIFT_PAGE, items=999),
        Fault(action=Action.DENY),
        Fault(action=Action.RESET, when=Moment.AFTER, times=None),
        Fault(action=Action.ANSWER, status=503, times=None),
    ]
)
"""One call that goes wrong, or all from one on."""
