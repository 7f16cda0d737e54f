"""A directory of manifests to load from, and what comes of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import Loaded, load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def accepted(folder: Path) -> Callable[[str], Loaded]:
    """Load a text as m.yml."""

    def load_text(text: str) -> Loaded:
        (folder / "m.yml").write_text(text)
        return load(["m.yml"])

    return load_text


@pytest.fixture
def refused(folder: Path) -> Callable[[str], list[str]]:
    """Load a text as m.yml and return its problems, as lines."""

    def problems_of(text: str) -> list[str]:
        (folder / "m.yml").write_text(text)
        with pytest.raises(InvalidManifests) as raised:
            load(["m.yml"])
        return [str(problem) for problem in raised.value.problems]

    return problems_of


@contextmanager
def without_privilege() -> Iterator[None]:
    """Be somebody who may not read everything."""
    who = os.geteuid()
    os.seteuid(who or 65534)
    try:
        yield
    finally:
        os.seteuid(who)
