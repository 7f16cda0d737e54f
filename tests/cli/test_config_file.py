"""Reading ``reconciler.toml``."""

from pathlib import Path

import pytest

from reconciler.cli import config_file
from reconciler.cli.config_file import ConfigFile
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
