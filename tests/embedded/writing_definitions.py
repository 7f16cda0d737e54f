"""Pipeline definitions as text, made of their parts."""

from typing import Any

import pytest
import yaml

from reconciler.embedded.definitions import Malformed, parse

AGENT = {"machine": {"type": "e1-standard-2", "os_image": "ubuntu2004"}}


def job(**fields: Any) -> dict[str, Any]:
    return {"commands": ["make"], **fields}


def block(*jobs: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"task": {"jobs": list(jobs) or [job()]}, **fields}


def pipeline(*blocks: dict[str, Any], **fields: Any) -> str:
    tree = {"version": "v1.0", "agent": AGENT, "blocks": list(blocks) or [block()], **fields}
    return str(yaml.safe_dump(tree))


def reason(text: str) -> str:
    with pytest.raises(Malformed) as caught:
        parse(text)
    return str(caught.value)
