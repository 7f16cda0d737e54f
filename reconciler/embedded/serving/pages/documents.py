"""Templates to answers: everything is escaped, and a browser is told to load and run nothing."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from reconciler.embedded.serving.pages import words

STYLE = (files(__package__) / "templates" / "style.css").read_text()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}';"
    " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def answer(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    html = _environment().get_template(template).render(values)
    return HTMLResponse(html, status, _HEADERS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals["style"] = STYLE
    environment.filters |= {
        "counted": words.counted,
        "lasting": words.lasting,
        "moment": words.moment,
        "pieces": words.pieces,
    }
    return environment
