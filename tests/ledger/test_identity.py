"""One organization is one key, however its address is spelled."""

from pathlib import Path

import pytest

from reconciler.commands.organization import embedded_parts
from reconciler.errors import LeaseHeld
from reconciler.ledger import canonical, opened
from tests.ledger.conftest import ABOUT, address, fill, raw, written_by_version

ACME = "https://acme.semaphoreci.com"
LOCAL = "http://localhost:4000/acme"

SPELLINGS = {
    ACME: [
        "acme.semaphoreci.com",
        "https://ACME.SemaphoreCI.com/",
        "https://acme.semaphoreci.com.",
        "https://acme.semaphoreci.com:443",
        "https://acme.semaphoreci.com.:443//",
        " https://acme.semaphoreci.com ",
    ],
    LOCAL: [
        "http://127.0.0.1:4000/acme/",
        "http://[::1]:4000/acme",
        "http://[0:0:0:0:0:0:0:1]:4000/acme",
        "http://[::ffff:127.0.0.1]:4000/acme",
        "http://LOCALHOST.:4000/acme",
        "http://127.1:4000/acme",
        "http://127.1:4000/acme/.",
        "http://127.1:4000/%2e/acme/%2E",
    ],
    "https://xn--mnchen-3ya.example": ["https://münchen.example", "https://MÜNCHEN.example"],
    "https://[2001:db8::1]:8443": ["https://[2001:0db8:0:0:0:0:0:1]:8443/"],
}
OTHERS = [
    ACME,
    "https://acme.semaphoreci.com:8443",
    "https://acme.semaphoreci.com/acme",
    "https://acme.semaphoreci.com/ACME",
    "https://beta.semaphoreci.com",
    LOCAL,
    "http://acme.localhost:4000/acme",
    "http://127.0.0.2:4000/acme",
    "https://localhost",
    "embedded:a.db",
    "embedded:b.db",
]


@pytest.mark.parametrize(("one", "spelled"), [(k, v) for k, vs in SPELLINGS.items() for v in vs])
def test_one_organization(one: str, spelled: str) -> None:
    """Case, the usual port, a final dot, slashes, dots, the names of this machine, unicode."""
    assert canonical(spelled) == canonical(one) == one


def test_others_stay_others() -> None:
    """Another port, path, subdomain or file is another organization."""
    assert len({canonical(other) for other in OTHERS}) == len(OTHERS)


@pytest.mark.parametrize("text", ["", "https://", "https://a:b", "https://[::1", "nonsense"])
def test_what_is_no_address_is_equal_to_itself(text: str) -> None:
    """It is refused elsewhere."""
    assert canonical(text) == canonical(canonical(text))


def test_a_file_is_one_whatever_leads_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative, absolute, through a link, with an edition or without, named or not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to("deep", target_is_directory=True)
    spellings = [
        "embedded:deep/org.db",
        "embedded:./deep/../deep/org.db",
        f"embedded:{tmp_path}/deep/org.db",
        "embedded:link/org.db?edition=ce",
    ]
    for beside in (None, tmp_path / "link", Path("deep")):
        (found,) = {canonical(spelled, beside) for spelled in spellings}
        assert canonical(found, beside) == found
    assert found == "embedded:{ledger}/org.db"
    assert canonical("embedded:") == canonical("embedded:.reconciler/embedded.db?edition=ee")
    assert canonical("embedded::memory:") == "embedded::memory:"
    odd = canonical(f"embedded:/{tmp_path}/[a:b#c.db?edition=ce", tmp_path)
    assert odd == "embedded:{ledger}/[a:b#c.db"
    assert embedded_parts("embedded://[x:y#z.db?edition=ee") == ("//[x:y#z.db", "ee", "hidden")


@pytest.mark.parametrize("number", [1, 2, None])
def test_what_was_written_under_another_spelling_is_found(number: int | None, path: Path) -> None:
    """Records, runs and the lease; an older file knew each spelling as an organization."""
    other = "https://ACME.semaphoreci.com.:443"
    if number:
        written_by_version(number, path, other)
    else:
        with opened(path, other, create=True) as book:
            fill(book)
    for create in (False, True):
        with opened(path, "acme.semaphoreci.com", create=create) as book:
            assert set(book.memory().records) == {address("one")}
            assert len(list(book.events())) == 6
            assert book.verify() == []
    with opened(path, ACME, create=True) as book, book.run(ABOUT, "ada"):
        with opened(path, other, create=True) as second, pytest.raises(LeaseHeld):
            second.run(ABOUT, "grace").__enter__()
        assert book.verify() == []


def test_a_lease_of_an_older_file_is_held_under_any_spelling(path: Path) -> None:
    """Whoever took it by whatever name."""
    written_by_version(2, path)
    with raw(path) as db:
        values = ("https://ACME.semaphoreci.com:443", 3, "grace", "elsewhere", 1, "now", 4e9)
        db.execute("INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    for create in (False, True):
        with opened(path, ACME, create=create) as book, pytest.raises(LeaseHeld, match="grace"):
            book.check_free()


def test_a_ledger_moves_with_what_is_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory with both in it can be copied or mounted elsewhere."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with opened(Path("ledger.db"), "embedded:org.db", create=True) as book:
        fill(book)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").rename(tmp_path / "there")
    with opened(Path("there/ledger.db"), "embedded:there/org.db", create=False) as book:
        assert set(book.memory().records) == {address("one")}
