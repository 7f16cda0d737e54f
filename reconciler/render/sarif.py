"""The problems of manifests as SARIF 2.1.0, by which pages show each beside its line."""

import hashlib
import json
from typing import Any, Final
from urllib.parse import quote

from reconciler import __version__
from reconciler.model import Place, Problem, Severity
from reconciler.model.validation import Validation
from reconciler.render.formats import Look
from reconciler.render.values import printable

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES: Final = {
    Severity.ERROR: ("manifest-error", "What Semaphore would refuse, or what can't be meant."),
    Severity.WARNING: ("manifest-warning", "What is accepted, and is probably a mistake."),
}


def written(told: Validation, _: Look) -> str:
    rules = [
        {
            "id": name,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": severity},
        }
        for severity, (name, text) in _RULES.items()
    ]
    driver = {"name": "reconciler", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in sorted(set(told.problems))],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _result(problem: Problem) -> dict[str, Any]:
    text = "\n".join(map(printable, problem.text.split("\n")))
    about = f"{problem.place.file}\0{problem.severity}\0{problem.text}"
    known = hashlib.sha256(about.encode(errors="surrogatepass")).hexdigest()
    return {
        "ruleId": _RULES[problem.severity][0],
        "level": problem.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(problem.place)}],
        "partialFingerprints": {"problem/v1": known[:32]},
    }


def _location(place: Place) -> dict[str, Any]:
    """Return a place; one of a whole file has no line."""
    found: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file, errors="replace")}}
    if place.line:
        found["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return found
