"""What speaks against manifests."""

from collections.abc import Collection
from dataclasses import dataclass

from reconciler.model.place import Problem, Severity
from reconciler.model.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All problems of manifests, in which ``objects`` are declared: none where there are errors.

    ``files``: those that were read, as far as that is known.
    """

    problems: Collection[Problem]
    objects: int
    files: tuple[str, ...] = ()
    subject: Subject = Subject.VALIDATION

    @property
    def is_valid(self) -> bool:
        return all(problem.severity is not Severity.ERROR for problem in self.problems)
