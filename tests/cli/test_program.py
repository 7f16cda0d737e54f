"""The program as a whole: what it imports, how it fails, how it completes."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler import __version__
from tests.cli.conftest import Ran

_WATCHED = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: sys.stderr.write(" ".join(set(sys.modules) - before)))
del sys.argv[1:3]  # the -m and the name of the module
from reconciler.__main__ import main
sys.exit(main())
"""
_STANDARD = sys.stdlib_module_names
ITSELF = {"reconciler", "reconciler.__main__", "reconciler._version", "reconciler.distribution"}
LIGHT = ITSELF | {
    "reconciler.cli",
    "reconciler.cli.exit_codes",
    "reconciler.cli.program",
    "reconciler.cli.signals",
    "reconciler.cli.streams",
    "reconciler.cli.helping",
    "reconciler.cli.options",
    # what --help shows
    "reconciler.cli.examples",
    # the names of formats
    "reconciler.model",
    "reconciler.model.subject",
    "reconciler.on_demand",
    "reconciler.render",
    "reconciler.render.formats",
    "reconciler.render.palette",
}


def imported(child: Callable[..., Ran], *arguments: str, **variables: str) -> set[str]:
    """Return every module the program adds, but the standard library's."""
    found = child(*arguments, flags=("-c", _WATCHED), **variables).err.split()
    return {name for name in found if name.partition(".")[0] not in _STANDARD}


def ours(names: set[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] == "reconciler"}


def foreign(names: set[str]) -> set[str]:
    tops = {name.partition(".")[0] for name in names}
    return tops - {"reconciler"}


def test_version_imports_nothing(child: Callable[..., Ran]) -> None:
    """--version needs not even click."""
    names = imported(child, "--version")
    assert foreign(names) == set()
    assert ours(names) == ITSELF | {"reconciler.cli", "reconciler.cli.streams"}
    assert child("--version") == Ran(0, f"reconciler {__version__}\n", "")


def test_help_imports_click_only(child: Callable[..., Ran]) -> None:
    """--help of the program loads no command; all of them are listed."""
    names = imported(child, "--help")
    assert (foreign(names), ours(names)) == ({"click"}, LIGHT)
    said = child("--help").out
    for name in ("validate", "plan", "apply", "drift", "destroy", "graph", "schema"):
        assert f"\n  {name} " in said


def test_help_of_a_command_is_light(child: Callable[..., Ran]) -> None:
    """--help of a command loads that command's options and none of its work."""
    names = imported(child, "plan", "--help")
    assert (foreign(names), ours(names)) == ({"click"}, LIGHT | {"reconciler.cli.plan"})


@pytest.mark.parametrize(
    ("arguments", "packages"),
    [
        (("validate",), {"kinds", "manifest", "model", "render", "sources"}),
        (("--org", "embedded::memory:", "plan"), {"embedded", "ledger", "planning", "remote"}),
    ],
)
def test_a_command_loads_what_it_uses(
    child: Callable[..., Ran], tmp_path: Path, arguments: tuple[str, ...], packages: set[str]
) -> None:
    """Offline no network; and of the kinds those that are declared, or looked up for them."""
    manifest = tmp_path / "m.yml"
    manifest.write_text("apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\n")
    names = imported(child, *arguments, str(manifest))
    assert "reconciler.kinds.secret" in names
    assert "reconciler.kinds.deployment_target" not in names
    found = {name.split(".")[1] for name in ours(names) if "." in name}
    assert packages <= found
    if arguments == ("validate",):
        assert found & {"embedded", "execution", "ledger", "planning", "remote"} == set()
        assert foreign(names) & {"aiohttp", "httpx", "starlette"} == set()
        assert ours(names) & {"reconciler.model.plan", "reconciler.sources.reading"} == set()
    else:
        assert "reconciler.embedded.secrets.routes" in ours(names)
        assert "reconciler.embedded.jobs.routes" not in ours(names)
        assert foreign(names) & {"aiohttp", "deepdiff", "uvicorn"} == set()


def completed(child: Callable[..., Ran], words: str, **more: str) -> list[str]:
    count = str(len(words.split(" ")) - 1)
    found = child(_RECONCILER_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count, **more)
    return found.out.split()


def test_completion(child: Callable[..., Ran]) -> None:
    """Commands and their options complete, without heavy imports."""
    assert completed(child, "reconciler pl") == ["plain,plan"]
    assert "plain,rebuild" in completed(child, "reconciler pipeline re")
    assert "plain,--max-deletes" in completed(child, "reconciler plan --m")
    variables = {
        "_RECONCILER_COMPLETE": "bash_complete",
        "COMP_WORDS": "reconciler d",
        "COMP_CWORD": "1",
    }
    assert foreign(imported(child, **variables)) == {"click"}


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("No such command 'plam'. Did you mean 'plan'?", ["plam"]),
        ("No such option", ["plan", "--nope"]),
        ("'x' is not a valid integer", ["plan", "--parallelism", "x"]),
        ("Give a PATH", ["--org", "embedded:", "plan"]),
        ("-v and -q exclude each other", ["-v", "plan", "-q", "x"]),
        ("There is no kind 'Projekt'; did you mean 'Project'?", ["schema", "Projekt"]),
        ("No such option", ["--token", "canary", "plan"]),
        ("Usage:", []),
    ],
)
def test_usage_errors(reconciler: Callable[..., Ran], words: str, arguments: list[str]) -> None:
    """What can't be understood exits with 64 and says nothing on standard output."""
    code, out, err = reconciler(*arguments)
    assert (code, out) == (64, "")
    assert words in err


def test_bug_is_reported_without_its_message(
    reconciler: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected exception shows its type and place; its message might hold a secret."""

    def broken(*_: object) -> None:
        secret = "canary"
        raise RuntimeError(secret)

    monkeypatch.setattr("reconciler.cli.flows.validating.load", broken)
    code, out, err = reconciler("validate", "x")
    assert (code, out) == (1, "")
    assert "this is a bug in reconciler" in err
    assert "RuntimeError at reconciler.cli.flows.validating:" in err
    monkeypatch.setenv("RECONCILER_DEBUG", "1")
    traced = reconciler("validate", "x").err
    assert "in broken" in traced
    assert "canary" not in err + traced


def test_settings_error(reconciler: Callable[..., Ran]) -> None:
    """A setting that can't be used is an error with its origin."""
    assert reconciler("--config", "none.toml", "validate", "x") == Ran(
        1, "", "error: --config none.toml: there is no such file\n"
    )
