"""What there is to tell of."""

from enum import StrEnum


class Subject(StrEnum):
    """What a run has to tell of, and by which it is known which formats can.

    ANSWER: what a command says that has a form of its own.
    """

    PLAN = "plan"
    DRIFT = "drift"
    APPLY = "apply"
    VALIDATION = "validate"
    GRAPH = "graph"
    ANSWER = "answer"
