"""What a run has to tell as JSON for programs."""

from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render import machine
from reconciler.render.formats import Answer, Look
from reconciler.render.machine import Document


def written(told: Report | Validation | Answer, _: Look) -> str:
    return machine.dumps(_document(told))


def _document(told: Report | Validation | Answer) -> Document:
    match told:
        case Answer():
            return told.document()
        case Validation():
            return machine.problems(told.problems, told.objects)
        case Report(subject=Subject.DRIFT):
            return machine.drift(told)
        case Report(subject=Subject.APPLY):
            return machine.applied(told)
        case Report():
            return machine.plan(told)
