"""A manifest as the text of a file, with comments about what it does not say."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from reconciler.kinds.describing import ENDINGS, OUT_OF_ORDER, Remark
from reconciler.render.values import printable
from reconciler.render.yaml_text import yaml_text

_REMARKS: Final = re.compile(
    rf"^# (\S[^\r\n]*: [^\r\n]*(?:{'|'.join(map(re.escape, ENDINGS))})|"
    rf"{re.escape(OUT_OF_ORDER)}[^\r\n]*)(?:\r?\n|\Z)",
    re.MULTILINE,
)


def manifest_text(data: Mapping[str, Any], remarks: Iterable[Remark] = ()) -> str:
    """Return one document; each remark is a line above it."""
    above = "".join(f"# {remark_text(remark)}\n" for remark in remarks)
    return above + yaml_text(data)


def remarks_in(text: str) -> Iterator[re.Match[str]]:
    """Find the lines of a text that were written as remarks; the group is what each says."""
    return _REMARKS.finditer(text)


def is_remarked(raw: bytes) -> bool:
    """Whether there may be such a line in the content of a file."""
    return any(words.encode() in raw for words in (*ENDINGS, OUT_OF_ORDER))


def together(documents: Iterable[str]) -> str:
    """Return documents as one text."""
    return "---\n".join(documents)


def remark_text(remark: Remark) -> str:
    """Return a remark on one line."""
    return printable(f"{remark.path}: {remark.why}" if remark.path else remark.why)
