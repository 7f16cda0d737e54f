"""All that came out of a run, to look for secrets in it."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from reconciler.model import Outcome, Plan
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render import report
from reconciler.render.formats import FORMATS
from tests.laws.strategies.secrets import CANARIES


class Outputs(logging.Handler):
    """Collects reprs, rendered plans and reports, and log records of every level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._texts.append(f"{record.getMessage()} {record.args} {record.exc_info}")

    def take(self, value: object) -> None:
        self._texts.append(repr(value))
        if isinstance(value, Plan):
            told = Report(subject=Subject.PLAN, organization="here", plan=value)
            writers = [found for found in FORMATS.values() if Subject.PLAN in found.tells_of]
            self._texts += [writer.written(told) for writer in writers]
        if isinstance(value, Outcome):
            self._texts.append(report.report([value], "here"))

    @contextmanager
    def listening(self) -> Iterator[None]:
        ours = logging.getLogger("reconciler")
        level = ours.level
        ours.addHandler(self)
        ours.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            ours.removeHandler(self)
            ours.setLevel(level)

    def having(self, word: str) -> list[str]:
        """Return every output with a word in it."""
        return [found for found in self._texts if word in found]

    def leaks(self, *sources: object) -> list[str]:
        """Return every output that has a secret value in it, or the digest of one of those."""
        words = {*CANARIES, *(digest for source in sources for digest in _digests(source))}
        return [found for found in self._texts if any(word in found for word in words)]


def _digests(value: object) -> Iterator[str]:
    """Yield the MD5 of every value in documents and requests: short ones can be guessed by it."""
    if isinstance(value, dict):
        for key in ("value", "content", "endpoint"):
            if isinstance(value.get(key), str):
                yield hashlib.md5(value[key].encode(), usedforsecurity=False).hexdigest()
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        for each in inner:
            yield from _digests(each)
