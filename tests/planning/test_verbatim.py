"""What stays as it is is sent byte for byte; what changes, in the form we compare by."""

from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.model import Address, Live
from reconciler.planning import as_shown, to_send
from reconciler.planning.overlay import overlay

_ADDRESS = Address("Project", "", "api")
_FILE = ".semaphore/semaphore.yml"


def _live(**repository: Any) -> Live:
    known = {"url": "git@github.com:acme/api.git", "pipeline_file": _FILE}
    spec = {"repository": known | repository}
    body = {"metadata": {"id": "1", "name": "api"}, "spec": spec}
    verbatim = KINDS["Project"].decode(body).spec
    return Live(_ADDRESS, "1", settle(verbatim), verbatim=verbatim)


def _sent(live: Live, **repository: Any) -> Any:
    known = {"url": "git@github.com:acme/api.git"}
    section = {"metadata": {"name": "api"}, "spec": {"repository": known | repository}}
    wanted = overlay(live.spec, KINDS["Project"].declared(section)).spec
    sent: Any = to_send(wanted, live)
    return sent.spec.repository


def test_what_is_not_mentioned_is_sent_as_shown() -> None:
    """Order and repetition included."""
    live = _live(whitelist={"branches": ["z", "a", "z"], "tags": []}, run_on=["tags", "branches"])
    sent = _sent(live, pipeline_file="b.yml")
    assert sent.whitelist.branches == ("z", "a", "z")
    assert sent.run_on == ("tags", "branches")
    assert sent.pipeline_file == "b.yml"


def test_what_is_mentioned_and_the_same_is_sent_as_shown() -> None:
    """The manifest may spell it otherwise."""
    live = _live(run_on=["tags", "branches"])
    sent = _sent(live, run_on=["BRANCHES", "tags"], pipeline_file="b.yml")
    assert sent.run_on == ("tags", "branches")


def test_a_status_for_the_pipeline_file_follows_it() -> None:
    """Sent as shown it would stay with the old file (A 7.7)."""
    live = _live(status={"pipeline_files": [{"path": _FILE, "level": "pipeline"}]})
    assert _sent(live, pipeline_file="b.yml").status.pipeline_files == ()
    other = _live(status={"pipeline_files": [{"path": "x.yml", "level": "block"}]})
    assert _sent(other, pipeline_file="b.yml").status.pipeline_files[0].path == "x.yml"


def test_a_live_object_that_was_not_read_is_sent_in_form() -> None:
    """There is no other."""
    live = Live(_ADDRESS, "1", _live().spec)
    assert live is as_shown(live)
    assert live.spec is to_send(live.spec, live)
