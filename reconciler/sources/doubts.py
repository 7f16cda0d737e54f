"""What is hardly meant of values that stand in manifests; no source is read for that."""

from reconciler.model import DesiredState, Problem, Severity
from reconciler.model.secrets import sealed_in
from reconciler.sources.text import doubtful
from reconciler.sources.uses import Use, problems


def doubts(state: DesiredState) -> tuple[Problem, ...]:
    """Return warnings about values that stand in manifests and are hardly meant so.

    A text of several lines ends in a newline as a rule, and nothing can be said beside it.
    """
    told: dict[str, list[Use]] = {}
    for desired in state.objects.values():
        for path, sealed in sealed_in(desired.spec):
            if not sealed.is_clear or sealed.source or not (found := doubtful(sealed.reveal())):
                continue
            if "\n" in sealed.reveal().removesuffix("\n") and "\r" not in sealed.reveal():
                continue
            use = Use(desired.place_of(path), path.rpartition(".")[0])
            words = f"the value {found}, as part of it; in YAML, `|-` leaves out the last newline"
            told.setdefault(words, []).append(use)
    return problems(told, Severity.WARNING)
