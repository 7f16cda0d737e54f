"""Reading ``reconciler.toml``."""

from pathlib import Path

import pytest

from reconciler.cli import config_file
from reconciler.cli.config_file import ConfigFile
from reconciler.commands import places
from reconciler.errors import BadSettings

WHOLE = """
organization = "https://acme.semaphoreci.com"
paths = ["manifests", "../shared/x.yml", "-"]
parallelism = 4
timeout = 90.5
allow_replace = true
max_deletes = 0
color = "never"
"""


def test_every_setting_is_read() -> None:
    """Paths start where the file is."""
    assert config_file.parse(WHOLE, "ci/reconciler.toml") == ConfigFile(
        origin="ci/reconciler.toml",
        organization="https://acme.semaphoreci.com",
        paths=("ci/manifests", "shared/x.yml", "-"),
        parallelism=4,
        timeout=90.5,
        allow_replace=True,
        max_deletes=0,
        color="never",
        ledger="ci/.reconciler/ledger.db",
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("x.toml: unknown setting 'organisation'; did you mean 'organization'?", "organisation=1"),
        ("x.toml: unknown setting 'origin'", "origin = 1"),
        ("x.toml: parallelism must be a whole number of at least 1", "parallelism = 0"),
        ("x.toml: parallelism must be", "parallelism = true"),
        ("x.toml: timeout must be", "timeout = inf"),
        ("x.toml: timeout must be", "timeout = nan"),
        ("x.toml: max_deletes must be", "max_deletes = -1"),
        ("x.toml: allow_replace must be true or false", 'allow_replace = "yes"'),
        ("x.toml: color must be one of auto, always, never", "color = true"),
        ("x.toml: paths must be a list", 'paths = "a"'),
        ("x.toml: paths must be a list", "paths = []"),
        ("x.toml: organization must be an address", "organization = 1"),
        ("x.toml: api_token: a token does not belong", 'api_token = "canary"'),
        ("x.toml: is not TOML: ", "a = canary"),
    ],
)
def test_mistakes_are_refused(words: str, text: str) -> None:
    """Every mistake is named with the file, and no value is repeated."""
    with pytest.raises(BadSettings) as raised:
        config_file.parse(text, "x.toml")
    assert str(raised.value).startswith(words)
    assert "canary" not in str(raised.value)


def test_file_of_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read where it is there, and missed where it is not."""
    monkeypatch.chdir(tmp_path)
    assert config_file.read(None) == ConfigFile()
    Path("reconciler.toml").write_text("parallelism = 3\n")
    assert config_file.read(None).parallelism == 3


def test_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    """--config FILE is no wish but an order."""
    with pytest.raises(BadSettings, match="there is no such file"):
        config_file.read(str(tmp_path / "x.toml"))
    with pytest.raises(BadSettings, match="can't be read"):
        config_file.read(str(tmp_path))


def test_a_byte_order_mark(tmp_path: Path) -> None:
    """An editor's mark at the beginning is no part of the file."""
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbfparallelism = 4\n")
    assert config_file.read(str(tmp_path / "x.toml")).parallelism == 4


def test_the_ledger_is_beside_the_file() -> None:
    """The same file means the same ledger, from whichever directory a command is given."""
    assert config_file.parse("", "/etc/acme/reconciler.toml").ledger == (
        "/etc/acme/.reconciler/ledger.db"
    )
    assert config_file.parse("", "reconciler.toml").ledger == ".reconciler/ledger.db"
    assert config_file.parse('ledger = "l.db"', "ci/reconciler.toml").ledger == "ci/l.db"
    assert config_file.parse('ledger = "none"', "ci/reconciler.toml").ledger == "none"


def test_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the top of the repository, and no further; the nearest counts."""
    below = tmp_path / "repository/a/b"
    below.mkdir(parents=True)
    (tmp_path / "reconciler.toml").write_text("parallelism = 1\n")
    monkeypatch.chdir(below)
    assert config_file.read(None) == ConfigFile()
    (tmp_path / "repository/.git").mkdir()
    assert config_file.read(None) == ConfigFile()
    (tmp_path / "repository/reconciler.toml").write_text('paths = ["m"]\n')
    found = config_file.read(None)
    assert (found.origin, found.paths) == ("../../reconciler.toml", ("../../m",))
    assert found.ledger == "../../.reconciler/ledger.db"
    (below / "reconciler.toml").write_text("")
    assert config_file.read(None).origin == "reconciler.toml"


def test_a_ledger_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no file says where it is; a new one is made where the command is given."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    assert config_file.nearest_file(places.DEFAULT) == places.DEFAULT
    (tmp_path / ".reconciler").mkdir()
    (tmp_path / places.DEFAULT).write_bytes(b"")
    assert config_file.nearest_file(places.DEFAULT) == f"../{places.DEFAULT}"


def test_what_is_beside_what_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by cron, whose directory is another: it is named, and not used."""
    for name in ("one", "two"):
        (tmp_path / name / "m").mkdir(parents=True)
        (tmp_path / name / ".git").mkdir()
        (tmp_path / name / "m/a.yml").write_text("")
        (tmp_path / name / "reconciler.toml").write_text("prune = true")
    (tmp_path / "two/.reconciler").mkdir()
    (tmp_path / "two" / places.DEFAULT).write_bytes(b"")
    (tmp_path / "cron").mkdir()
    monkeypatch.chdir(tmp_path / "cron")
    assert config_file.read(None) == ConfigFile()
    found = list(config_file.not_used(["../one/m", str(tmp_path / "one/m/a.yml"), "../two", "-"]))
    assert [each.place.file for each in found] == [
        *("../one/reconciler.toml", "../two/reconciler.toml", f"../two/{places.DEFAULT}")
    ]
    assert found[0].text.endswith("to use it, give --config ../one/reconciler.toml")
    assert list(config_file.not_used(["-", "nowhere/x.yml"])) == []
    monkeypatch.chdir(tmp_path / "two/m")
    assert list(config_file.not_used(["../../one"])) == []
