"""Reports in which everything that others can name wants to break out."""

from dataclasses import replace

from hypothesis import strategies as st

from reconciler.model.report import Report
from reconciler.model.subject import Subject
from tests.render import hostile, plans


@st.composite
def reports(draw: st.DrawFn) -> Report:
    plan = draw(hostile.plans())
    subject = draw(st.sampled_from([Subject.PLAN, Subject.DRIFT, Subject.APPLY]))
    outcomes = draw(hostile.outcomes(plan)) if subject is Subject.APPLY else None
    where = draw(hostile.TEXTS)
    trouble = draw(st.just("") | hostile.TEXTS)
    told = plans.told(plan, subject, outcomes=outcomes, trouble=trouble)
    return replace(told, organization=where, fingerprint=draw(st.sampled_from(["", "a1", None])))
