"""What a shell offers for names: quickly, offline, and silent where something is wrong."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.commands.named import named
from tests.cli.conftest import Ran, environment
from tests.cli.test_program import completed, foreign, imported

MANIFESTS = """
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec:
  repository: {url: git@github.com:acme/shop.git}
  tasks: [{name: nightly, unknown: key}]
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: production, project_id_or_name: shop}
---
{apiVersion: v1alpha, kind: ArtifactsRetentionPolicy, metadata: {project_id_or_name: shop}}
---
{apiVersion: v1alpha, kind: SelfHostedAgentType, metadata: {name: s1-linux}}
---
{apiVersion: v1beta, kind: Secret, metadata: {name: db}}
---
{apiVersion: v1beta, kind: Sekret, metadata: {name: db}}
--- [not, a, manifest]
---
metadata: {name: half
"""
CONTEXTS = (
    "contexts: {acme_test: {host: acme.test, auth: {token: canary}}, other: {host: x.test}}\n"
)


@pytest.fixture(autouse=True)
def tree(place: Path) -> Path:
    """Manifests with mistakes in them, as they are while somebody types."""
    (place / "m").mkdir()
    (place / "m" / "all.yml").write_text(MANIFESTS)
    return place


def offered(child: Callable[..., Ran], words: str) -> list[str]:
    return [word.removeprefix("plain,") for word in completed(child, words)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("reconciler plan --target Sched", ["Schedule/shop/nightly"]),
        ("reconciler plan --exclude Se", ["Secret/db", "SelfHostedAgentType/s1-linux"]),
        ("reconciler apply --rewrite Secret/", ["Secret/db"]),
        ("reconciler list Art", ["ArtifactsRetentionPolicy/shop"]),
        ("reconciler forget Project/", ["Project/shop"]),
        ("reconciler drift --absorb Dep", ["DeploymentTarget/shop/production"]),
        ("reconciler workflow run s", ["shop"]),
        ("reconciler job list --project s", ["shop"]),
        ("reconciler pipeline list s", ["shop"]),
        ("reconciler target history s", ["shop/production"]),
        ("reconciler agent disable s", ["s1-linux"]),
        ("reconciler schema Sch", ["Schedule"]),
        ("reconciler explain Dash", ["Dashboard"]),
        ("reconciler explain Schedule.spec.pa", None),
        ("reconciler --context a", ["acme_test"]),
        ("reconciler plan --context o", ["other"]),
        ("reconciler completion f", ["fish"]),
    ],
)
def test_names(child: Callable[..., Ran], tree: Path, words: str, names: list[str] | None) -> None:
    """Where one may stand, those there are."""
    (tree / ".sem.yaml").write_text(CONTEXTS)
    if names is None:
        name = "Schedule.spec.parameters"
        names = ["Schedule.spec.paused", name]
        assert set(names) <= set(offered(child, words))
    else:
        assert offered(child, words) == names


def test_those_of_the_paths_that_are_named(child: Callable[..., Ran], tree: Path) -> None:
    """On the command line, then in reconciler.toml; only then all that is here."""
    (tree / "other").mkdir()
    (tree / "other" / "one.yml").write_text(
        "{apiVersion: v1beta, kind: Secret, metadata: {name: x}}"
    )
    assert offered(child, "reconciler plan --target Secret/") == ["Secret/db", "Secret/x"]
    assert offered(child, "reconciler plan m --target Secret/") == ["Secret/db"]
    (tree / "reconciler.toml").write_text('paths = ["other"]\n')
    assert offered(child, "reconciler plan --target Secret/") == ["Secret/x"]


@pytest.mark.parametrize(
    "name", ["$(touch x)", "a b", "`x`", "a;b", "x\\ny", "*", "'", '\\"', "a,b"]
)
def test_names_that_mean_something_to_a_shell(
    child: Callable[..., Ran], tree: Path, name: str
) -> None:
    """Are not offered: who types and presses Enter is not to run what a file says."""
    (tree / "m" / "odd.yml").write_text(
        f'{{apiVersion: v1beta, kind: Secret, metadata: {{name: "{name}"}}}}'
    )
    found = offered(child, "reconciler plan --target Secret/")
    assert found == (["Secret/a,b", "Secret/db"] if name == "a,b" else ["Secret/db"])


@pytest.mark.parametrize("wrong", ["reconciler.toml", ".sem.yaml", "m/bad.yml", ".sem.json"])
def test_nothing_is_said_of_what_is_wrong(
    child: Callable[..., Ran], tree: Path, wrong: str
) -> None:
    """Neither a traceback nor a token; what can be told is."""
    (tree / wrong).write_bytes(b"\xff\x00: [ canary\n")
    for words in ("reconciler plan --target Secret/", "reconciler --context a"):
        count = str(len(words.split(" ")) - 1)
        ran = child(_RECONCILER_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
        assert ran.err == ""
        assert "canary" not in ran.out
    assert offered(child, "reconciler plan m --target Secret/") == ["Secret/db"]


def test_nothing_of_the_network_is_loaded(child: Callable[..., Ran]) -> None:
    """What is typed is not what is run."""
    words = {"_RECONCILER_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    found = imported(child, **words, COMP_WORDS="reconciler plan --target S")
    assert foreign(found) & {"aiohttp", "httpx", "deepdiff", "starlette"} == set()


def test_no_more_than_there_is_time_for(tree: Path) -> None:
    """A huge tree is not read to its end."""
    assert named([str(tree)], seconds=-1) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script(child: Callable[..., Ran], shell: str) -> None:
    """Of every shell there is one, and it calls the program."""
    ran = child("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert f"_RECONCILER_COMPLETE={shell}_complete" in ran.out


def test_bash_itself(tree: Path) -> None:
    """The script in a shell, as somebody types the address of a target."""
    (tree / "bin").mkdir()
    command = tree / "bin" / "reconciler"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m reconciler "$@"\n')
    command.chmod(0o755)
    script = """
        PATH="$PWD/bin:$PATH"
        eval "$(reconciler completion bash)"
        COMP_WORDS=(reconciler plan --target Deploy) COMP_CWORD=3
        _reconciler_completion reconciler
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(  # noqa: S603 — the program under test
        ["/bin/bash", "-c", script],
        env=environment(tree),
        cwd=tree,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("DeploymentTarget/shop/production\n", "")
