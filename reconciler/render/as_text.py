"""What a run has to tell as text for people."""

from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import Answer, Look, Told
from reconciler.render.problems import problems
from reconciler.render.words import count


def written(told: Told, look: Look) -> str:
    if isinstance(told, Answer):
        return told.text(look.palette)
    if isinstance(told, Validation):
        said = problems(told.problems, palette=look.palette)
        valid = f"Valid: {count(told.objects, 'object')} declared.\n"
        return said + valid if told.is_valid else said
    return _of_a_run(told, look)


def _of_a_run(told: Told, look: Look) -> str:
    """Tell of a plan or a drift, or of what became of a plan that was told before."""
    from reconciler.model.report import Report  # noqa: PLC0415 — validate has no plans
    from reconciler.render import drift, report, text  # noqa: PLC0415

    assert isinstance(told, Report)  # noqa: S101 — all else was told
    if told.outcomes is not None:
        return report.ended(told, look.palette)
    about, palette, width = (told.plan, told.organization), look.palette, look.width
    if told.subject is Subject.DRIFT:
        return drift.drift(*about, palette=palette, width=width)
    return text.plan(*about, palette=palette, width=width, fingerprint=told.fingerprint)
