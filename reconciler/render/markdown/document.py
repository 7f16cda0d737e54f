"""What a run has to tell as Markdown, for GitHub and GitLab, and for Bitbucket."""

from reconciler.model.report import Report
from reconciler.model.validation import Validation
from reconciler.render.formats import Look
from reconciler.render.markdown.fitting import Parts, Section, fitted
from reconciler.render.markdown.flavour import BITBUCKET, GITHUB, Flavour
from reconciler.render.markdown.runs import parts
from reconciler.render.markdown.safe import code, prose
from reconciler.render.problems import totals
from reconciler.render.words import count


def markdown(told: Report | Validation, look: Look) -> str:
    return _written(told, look, GITHUB)


def bitbucket(told: Report | Validation, look: Look) -> str:
    return _written(told, look, BITBUCKET)


def _written(told: Report | Validation, look: Look, flavour: Flavour) -> str:
    found = _problems(told, flavour) if isinstance(told, Validation) else parts(told, flavour)
    return fitted(found, flavour, look.most_bytes or flavour.most_bytes)


def _problems(told: Validation, flavour: Flavour) -> Parts:
    problems = sorted(set(told.problems))
    valid = f"{count(told.objects, 'object')} declared" if told.is_valid else "not valid"
    said = f"### Manifests: {f'{valid}; {totals(problems)}' if problems else valid}"
    lines = [f"- {code(str(p.place))}: {p.severity}: {prose(p.text)}" for p in problems]
    found = [Section(count(len(lines), "problem"), lines)] if lines else []
    return Parts([said], [said], [], found, [flavour.marker("validate", "")])
