"""Other packages add sources by entry points, and can't break what they are added to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.kinds import KINDS, secret_sources
from reconciler.manifest import load
from reconciler.render.schema import one
from tests.sources.declaring import declared, problems, read, refusals, values, write

CODE = """
from dataclasses import dataclass
from reconciler.sources import BadSource, Unavailable

@dataclass(frozen=True)
class Pass:
    entry: str

    @classmethod
    def parse(cls, settings):
        if settings == "wrong":
            raise BadSource(((), "is wrong"))
        if settings == "none":
            return None
        if settings == "unhashable":
            return cls([settings])
        return cls(settings)

    def read(self, around):
        if self.entry == "locked":
            raise Unavailable("is locked")
        if self.entry == "broken":
            raise RuntimeError("canary")
        if self.entry == "leaving":
            raise SystemExit("canary")
        with open(f"{around.root}/.asked", "a") as asked:
            asked.write(f"{self.entry}\\n")
        ours = "RECONCILER_LEDGER_KEY" in around.environ
        return f"{self.entry} in {around.folder}{' with a key' * ours}".encode()

    def __str__(self):
        return f"pass {self.entry}"

    @property
    def variables(self):
        return (self.entry.removeprefix("variable "),) if "variable " in self.entry else ()
"""


@pytest.fixture(autouse=True)
def plugin(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Install sources: one with a name of ours, one that is gone, one that is none."""
    site = tmp_path_factory.mktemp("site")
    (site / "pass_source.py").write_text(CODE)
    (site / "pass_source-1.dist-info").mkdir()
    (site / "pass_source-1.dist-info/METADATA").write_text("Name: pass-source\nVersion: 1\n")
    (site / "pass_source-1.dist-info/entry_points.txt").write_text(
        "[reconciler.sources]\npass = pass_source:Pass\nenv = pass_source:Pass\n"
        "gone = no_such_module:Source\n"
        "odd = pass_source:BadSource\n"
    )
    monkeypatch.syspath_prepend(str(site))
    secret_sources.installed.cache_clear()
    yield
    secret_sources.installed.cache_clear()


def test_an_installed_source(folder: Path) -> None:
    """It is parsed, described and read like ours; and none of ours can be replaced."""
    state = declared(folder, ["pass: ci/db", "env: HOME"])
    environ = {"HOME": "home", "RECONCILER_LEDGER_KEY": "key"}
    assert values(read(state, environ)) == ["ci/db in m/sub", "home"]


def test_an_installed_source_that_fails(folder: Path) -> None:
    """Its own words are told; those of an error it did not mean to raise are not."""
    assert refusals(
        declared(folder, [f"pass: {e}" for e in ("locked", "broken", "leaving")]), {}
    ) == [
        "env_vars.V0: pass locked is locked",
        "env_vars.V1: pass broken can't be read: RuntimeError in the code of this source",
        "env_vars.V2: pass leaving can't be read: SystemExit in the code of this source",
    ]


def test_what_it_finds_wrong(folder: Path) -> None:
    """Problems of its settings have their place; one that can't be loaded is a problem."""
    assert problems(folder, ["pass: wrong", "gone: x", "past: x"]) == [
        "6:29: error: data.env_vars.V0.value_from.pass is wrong",
        (
            "7:16: error: data.env_vars.V1.value_from: source 'gone' (no_such_module:Source) can't "
            "be loaded: ModuleNotFoundError: No module named 'no_such_module'"
        ),
        "8:16: error: data.env_vars.V2.value_from: unknown source 'past'; did you mean 'pass'?",
    ]


def test_one_read_for_one_reference(folder: Path) -> None:
    """However often a source is named, it is asked once; another folder is another file."""
    write(folder, ["pass: one", "pass: two", "pass: one, trim: true"], ["pass: one"])
    (folder / "m/top.yml").write_text((folder / "m/sub/db.yml").read_text().replace("db", "top"))
    state = load(["m"]).state
    assert values(read(state, {}))[:3] == ["one in m/sub", "two in m/sub", "one in m/sub"]
    asked = (folder / "m/.asked").read_text().split()
    assert sorted(asked) == ["one", "one", "two", "two"]


def test_the_variables_it_says_it_takes(folder: Path) -> None:
    """One with which the program logs in is refused there, too."""
    (said,) = problems(folder, ["pass: variable HOME", "pass: variable VAULT_TOKEN"])
    assert said.startswith("7:29: error: data.env_vars.V1.value_from.pass must not be VAULT_TOKEN")


def test_code_that_is_no_source(folder: Path) -> None:
    """A class that does not do what sources do is told at once, not when it is used."""
    assert problems(folder, ["pass: none", "pass: unhashable", "odd: x"]) == [
        f"{place} is not understood: {error} in the code of this source"
        for place, error in (
            ("6:29: error: data.env_vars.V0.value_from.pass", "AttributeError"),
            ("7:29: error: data.env_vars.V1.value_from.pass", "TypeError"),
            ("8:29: error: data.env_vars.V2.value_from.odd", "AttributeError"),
        )
    ]


def test_editors_know_it() -> None:
    """The JSON Schema offers installed sources beside ours."""
    schema = json.dumps(one(KINDS["Secret"]))
    assert '"required": ["vault"]' in schema
    assert '"required": ["pass"]' in schema
