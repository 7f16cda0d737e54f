"""The page about adopting an organization, run from its first line to its last."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import TOKEN, Program
from tests.embedded.servers import served

_ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
_REGISTRY = """
---
apiVersion: v1beta
kind: Secret
metadata: {name: package-registry}
data: {env_vars: [{name: REGISTRY_TOKEN, value: demo-only}]}
"""


def _lines() -> list[str]:
    """Return the command lines of the page."""
    page = (_ROOT / "docs" / "adopting.md").read_text()
    lines = [line for block in _BLOCK.findall(page) for line in block.splitlines()]
    return [line for line in lines if not line.startswith("manifests/")]


def _said(line: str, environment: dict[str, str]) -> str:
    """Run one line of the page, as its reader does, and return all that was said."""
    ran = subprocess.run(  # noqa: S603 — what the page says
        ["/bin/bash", "-ec", line],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ran.returncode == 0, (line, ran.stdout, ran.stderr)
    return ran.stdout


def test_the_page_is_true_from_its_first_line_to_its_last(
    reconciler: Program, place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An organization made by others, whose readers do as they are told."""
    with served(tmp_path_factory.mktemp("server"), "--token", TOKEN) as server:
        (place / "all.yml").write_text(
            (_ROOT / "examples/change/before.yml").read_text() + _REGISTRY
        )
        others = ("--org", server.url, "--ledger", "none", "apply", "--auto-approve", "all.yml")
        assert reconciler(*others).code == 0
        server.request("POST", "/__admin__/clock", json={"advance": 2})
        (place / "all.yml").unlink()
        _follow(place, {"https://example.semaphoreci.com": server.url, "…": TOKEN})


def _follow(place: Path, theirs: dict[str, str]) -> None:
    """Type all that the page says, with what is the reader's own in the place of its examples."""
    place.joinpath("bin").mkdir()
    program = f'#!/bin/sh\nexec {sys.executable} -m reconciler "$@"\n'
    place.joinpath("bin/reconciler").write_text(program)
    place.joinpath("bin/reconciler").chmod(0o755)
    known = {name: text for name, text in os.environ.items() if not name.startswith("SEMAPHORE")}
    environment = {
        **known,
        "PATH": f"{place}/bin:{os.environ['PATH']}",
        "PYTHONPATH": str(_ROOT),
        **{
            f"GIT_{who}_{what}": "ada@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    subprocess.run(["git", "init", "-q"], check=True)  # noqa: S607
    said = []
    for line in _lines():
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            environment[name] = theirs.get(value, value)
            continue
        said.append((line, _said(line, environment)))

    plans = [words for line, words in said if line == "reconciler plan"]
    assert "\nNothing to do: 5 objects are as declared.\n" in plans[0]
    assert "spec.at" in plans[1]
    assert "\nSummary: 1 to update; 4 objects unchanged." in plans[1]
    listed = [words for line, words in said if line.startswith("reconciler list")]
    assert listed[0].endswith("\n5 objects; no manifests were read: --manifests PATH.\n")
    assert listed[1].endswith("\n5 of 5 objects are in manifests, 100 %.\n")
    assert [line for line in _lines() if line.startswith("git ")]
