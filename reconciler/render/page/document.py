"""What a run has to tell as one file of HTML: no network, no word of others that means anything."""

import base64
import functools
import hashlib
from importlib.resources import files
from typing import Any, Final

import jinja2

from reconciler.model.report import Report
from reconciler.model.validation import Validation
from reconciler.render.formats import Look
from reconciler.render.page.fields import Clean
from reconciler.render.page.view import Page, of_problems, of_run
from reconciler.render.summary.said import Loud, Name
from reconciler.render.values import printable

_TEMPLATE, _STYLE, _SCRIPT = "page.html.jinja", "page.css", "page.js"
_POLICY: Final = (
    "default-src 'none'; style-src '{style}'; script-src '{script}'; "
    "base-uri 'none'; form-action 'none'"
)


def written(told: Report | Validation, _: Look) -> str:
    page = of_problems(told) if isinstance(told, Validation) else of_run(told)
    return _whole(page)


def _whole(page: Page) -> str:
    style, script = _bare(_part(_STYLE)), _bare(_part(_SCRIPT))
    policy = _POLICY.format(style=_digest(style), script=_digest(script))
    template = _environment().get_template(_TEMPLATE)
    return template.render(page=page, style=style, script=script, policy=policy)


@functools.cache
def _part(name: str) -> str:
    """Return a part of the page that is a file of this package, as its modules are."""
    return files(__package__).joinpath(name).read_text("utf-8")


def _bare(text: str) -> str:
    """Leave out what only its authors need: no line of it goes on in the next."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _digest(text: str) -> str:
    """Return what a browser compares a part with before it takes it for ours."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@functools.cache
def _environment() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.FunctionLoader(_part),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    found.tests["name"] = lambda part: isinstance(part, Name)
    found.tests["loud"] = lambda part: isinstance(part, Loud)
    return found


def _seen(value: Any) -> Any:
    """Return a value with everything written out that a reader could not see, or would obey."""
    is_text = isinstance(value, str) and not hasattr(value, "__html__")
    return printable(value) if is_text and not isinstance(value, Clean) else value
