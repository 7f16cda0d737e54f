"""A manifest as the text of a file, with comments about what it does not say."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.kinds.describing import Remark
from reconciler.render.values import printable
from reconciler.render.yaml_text import yaml_text


def manifest_text(data: Mapping[str, Any], remarks: Iterable[Remark] = ()) -> str:
    """Return one document; each remark is a line above it."""
    above = "".join(f"# {remark_text(remark)}\n" for remark in remarks)
    return above + yaml_text(data)


def together(documents: Iterable[str]) -> str:
    """Return documents as one text."""
    return "---\n".join(documents)


def remark_text(remark: Remark) -> str:
    """Return a remark on one line."""
    return printable(f"{remark.path}: {remark.why}" if remark.path else remark.why)
