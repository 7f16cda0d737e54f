"""Broken and hostile files, given to the program itself: words with a place, and nothing sent."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.manifest.test_corpus import CORPUS
from tests.reliability import scenery
from tests.reliability.counts import Counts
from tests.reliability.program import ORGANIZATION, forked

GOOD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: good}\n"
MOST_SAID = 20_000


@pytest.mark.parametrize("name", CORPUS)
def test_a_bad_manifest(name: str, counts: Callable[[str], Counts], tmp_path: Path) -> None:
    """No crash, no hang, no signal: an error at its place; the good file beside it waits, too."""
    content = CORPUS[name][0]
    manifests = tmp_path / "manifests"
    manifests.mkdir()
    (manifests / "good.yml").write_text(GOOD)
    (manifests / "bad.yml").write_bytes(
        content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    )
    (tmp_path / ORGANIZATION).touch()
    ran = forked(tmp_path, "apply", "manifests", "--auto-approve")
    numbers = counts("bad manifests")
    numbers.add("bad manifests tried")
    numbers.add("canary hits", (ran.out + ran.err).count(scenery.CANARY))
    assert ran.code == 1
    assert re.search(r"manifests/bad\.yml(:\d+:\d+)?: error: ", ran.err)
    assert "Traceback" not in ran.err
    assert len(ran.out + ran.err) < MOST_SAID
    assert (tmp_path / ORGANIZATION).stat().st_size == 0
