"""The journal: what was asked, without secrets, and the latest of it."""

from typing import Any

from reconciler.embedded import Embedded
from reconciler.embedded.journal import Journal
from tests.embedded.admin.conftest import Site


def test_the_journal_can_be_read_on_and_cleared(site: Site) -> None:
    """Its numbers go on; what the admin interface is asked is not in it."""
    site.api("GET", "/api/v1alpha/projects?page=1")
    first = site.admin("GET", "/journal")
    assert [entry["path"] for entry in first["entries"]] == ["/api/v1alpha/projects?page=1"]
    site.api("DELETE", "/api/v1alpha/projects/api")
    more = site.admin("GET", f"/journal?after={first['last']}")["entries"]
    assert [(entry["number"], entry["method"]) for entry in more] == [(2, "DELETE")]
    assert site.admin("DELETE", "/journal")["entries"] == []
    site.api("GET", "/api/v1alpha/projects")
    assert [entry["number"] for entry in site.admin("GET", "/journal")["entries"]] == [3]
    assert site.send("GET", "/__admin__/journal?after=x").status_code == 400


def test_a_query_keeps_its_secrets(site: Site) -> None:
    """The Plug services take any parameter from the query; only known ones are written down."""
    path = (
        "/api/v1alpha/promotions?pipeline_id=x&name=deploy&PASSWORD=canary&jwt=canary&a[b]=canary"
    )
    site.api("POST", path)
    site.embedded.faults.add(_refusing())
    site.api("POST", path)
    text = repr(site.admin("GET", "/journal")) + site.send("GET", "/").text
    assert "canary" not in text
    told = text.replace("<wbr>", "").replace("&amp;", "&")
    assert told.count("pipeline_id=x&name=deploy&PASSWORD=***&jwt=***&a[b]=***") == 4


def _refusing() -> Any:
    from reconciler.embedded import Action, Fault  # noqa: PLC0415 - one line for one test

    return Fault(action=Action.ANSWER)


def test_the_journal_keeps_the_latest() -> None:
    """A server that runs for months does not fill the disk; numbers go on."""
    with Embedded() as embedded:
        journal = Journal(embedded.world.db, most=50)
        for number in range(170):
            journal.record("POST", f"/{number}", 200)
        entries = journal.entries()
    assert [(each.number, each.path) for each in entries] == [
        (number + 1, f"/{number}") for number in range(120, 170)
    ]
