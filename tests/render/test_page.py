"""The page for a browser: nothing breaks out of it, and all is in it."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Desired, FieldChange, Live, Place, Plan
from reconciler.model.plan import CHANGED_BOTH, CHANGED_HERE, CHANGED_OUTSIDE
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import FORMATS
from reconciler.render.page.fields import sides, tree
from reconciler.render.values import printable
from tests.render import plans
from tests.render.paged import Seen
from tests.render.reported import reports

OURS = {
    "a", "b", "body", "button", "code", "del", "details", "div", "footer", "form", "h1", "h2", "h3",
    "head", "header", "html", "i", "input", "ins", "kbd", "label", "li", "main", "meta", "nav",
    "option", "output", "p", "pre", "script", "section", "select", "span", "strong", "style",
    "summary", "table", "tbody", "td", "th", "thead", "title", "tr", "ul",
    "svg", "g", "rect", "text", "path",
}  # fmt: skip
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def written(told: Report | Validation) -> str:
    return FORMATS["html"].written(told)


@given(told=reports())
def test_nothing_breaks_out(told: Report) -> None:
    """Whatever things are called, there is only our structure, and all names can be read."""
    said = written(told)
    seen = Seen(said)

    assert seen.there.keys() <= OURS
    assert {name for _, name in seen.attributes if name.startswith(("on", "style", "src"))} == set()
    assert seen.there["script"] == seen.there["style"] == seen.there["body"] == 1
    assert seen.is_ours("style")
    assert seen.is_ours("script")
    assert {link for link in seen.links if not re.fullmatch(r"#(c\d+|changes)", link)} == set()
    assert {link[1:] for link in seen.links} <= {*seen.ids}
    assert UNSEEN.search(said) is None
    assert printable(told.organization.removeprefix("https://")) in seen.text
    shown = (*told.plan.changes, *told.plan.observed)
    assert all(str(change.address) in seen.text for change in shown)
    assert seen.there["details"] == len(shown) + said.count("<details class=list")
    assert seen.there["summary"] == seen.there["details"]


def test_only_our_script_and_no_network() -> None:
    """The policy allows nothing but what it has a hash of."""
    policy = Seen(written(plans.told(plans.BUSY))).policy

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "base-uri 'none'; form-action 'none'" in policy
    assert "unsafe" not in policy


@given(st.lists(st.tuples(st.text("ab.:\n\t ", max_size=6), st.text(max_size=3)), max_size=8))
def test_a_tree_has_all_fields(found: list[tuple[str, str]]) -> None:
    """Each on a line of its own, under what it has in common with others."""
    fields = tuple(FieldChange(path, None, value) for path, value in sorted(found))
    change = Change(Action.CREATE, Address("Secret", "", "a"), None, None, fields)
    lines = tree(change).splitlines()

    said = [line for line in lines if re.search(r":( |$)", line)]
    assert len(said) >= len({path for path, _ in found})
    assert all(printable(path.rpartition(".")[2]) in "\n".join(lines) for path, _ in found)


def test_what_paths_have_in_common_is_said_once() -> None:
    """As people write it; the name is above it already."""
    paths = ("metadata.name", "spec.a.b.c", "spec.a.b.d", "spec.e")
    fields = tuple(FieldChange(path, None, "x") for path in paths)
    change = Change(Action.CREATE, Address("Secret", "", "x"), None, None, fields)

    assert tree(change) == "spec\n\ta.b\n\t\tc: x\n\t\td: x\n\te: x"


def test_before_live_and_after() -> None:
    """What was applied last is told by who moved a field, and by the ledger where both did."""
    address = Address("Secret", "", "a")
    fields = (
        FieldChange("a", "live", "new", cause=CHANGED_HERE),
        FieldChange("b", "live", "new", cause=CHANGED_OUTSIDE),
        FieldChange("c", "live", "new", cause=CHANGED_BOTH),
        FieldChange("d", "live", "new"),
        FieldChange("e", "<secret>", "<secret>", secret=True, cause=CHANGED_BOTH),
    )
    change = Change(Action.UPDATE, address, None, None, fields, CHANGED_BOTH)
    found = sides(change, {(address, "c"): "old"})

    assert [each.cells for each in found] == [
        ("live", "live", "new"),
        ("new", "live", "new"),
        ("old", "live", "new"),
        ("", "live", "new"),
        ("", "secret", "secret"),
    ]
    assert [each.about for each in found[:3]] == [CHANGED_HERE, CHANGED_OUTSIDE, ""]


def test_the_line_of_the_manifest() -> None:
    """Of each field where it stands, and of each object."""
    address, place = Address("Dashboard", "", "b"), Place("m.yml", 4, 1)
    spec = KINDS["Dashboard"].declared({"metadata": {"name": "b"}, "spec": {"widgets": []}})
    wanted = Desired(address, spec, place, places={"metadata.title": Place("m.yml", 7, 10)})
    fields = (FieldChange("metadata.title", "a", "b"), FieldChange("spec.widgets", 1, 2))
    live = Live(address, "1", spec)
    change = Change(Action.UPDATE, address, wanted, live, fields, "", place)
    said = Seen(written(plans.told(Plan(changes=(change,))))).text

    assert "metadata.title line 7" in said
    assert "spec.widgets line 4" in said
    assert "Dashboard/b m.yml:4" in said


def test_from_the_side_of_a_drift() -> None:
    """Live is live, and declared declared, whichever way the text tells it."""
    said = written(plans.told(plans.BUSY, Subject.DRIFT))

    assert '<body class="drift">' in said
    assert "<td>public<td>private" in said
    assert "<td>public<td>private" in written(plans.told(plans.BUSY))


def test_what_became_of_it() -> None:
    """What failed comes first, with its reason and the state that it left."""
    said = Seen(written(plans.told(plans.BUSY, Subject.APPLY, outcomes=plans.OUTCOMES))).text

    assert said.index("Failed 1") < said.index("Skipped 1") < said.index("Updated 1")
    for words in ("POST /x: 409 taken", "State: nothing was created", "0.6 s", "Applied to"):
        assert words in said


def test_all_of_a_thousand_fits() -> None:
    """Into 300 KiB; dangers of which there are very many stand in their groups."""
    fields = (FieldChange("spec.description", "a" * 40, "b" * 40),)
    place = Place("manifests/projects/service.yml", 100, 3)
    changes = [
        Change(action, Address("Dashboard", "", f"{action}-{n}"), None, None, fields, "why", place)
        for action in (Action.UPDATE, Action.DELETE)
        for n in range(500)
    ]
    said = written(plans.told(Plan(changes=tuple(changes))))

    assert len(said.encode()) <= 300 * 1024
    assert "and 480 more, each in its group" in said
    assert said.count("<details") == 1000


def test_a_value_of_a_megabyte() -> None:
    """Of that the beginning is shown."""
    field = FieldChange("spec.description", "a" * 1_000_000, "b\n" * 500_000)
    change = replace(plans.UPDATE, fields=(field,))
    said = written(plans.told(Plan(changes=(change,))))

    assert len(said) < 40_000
    assert "more characters" in said


@pytest.mark.parametrize("problems", [plans.PROBLEMS, ()])
def test_problems_of_manifests(problems: tuple) -> None:  # type: ignore[type-arg]
    """One list, each at its place; or that there are none."""
    seen = Seen(written(Validation(problems=problems, objects=2)))

    assert ("b.yml:4:7: error: unknown key" in seen.text) == bool(problems)
    assert ("2 objects declared" in seen.text) != bool(problems)


def test_nobody_pays_for_what_is_not_asked_for() -> None:
    """The library of templates is loaded for this format alone."""
    code = (
        "import sys; from reconciler.render.formats import FORMATS; from tests.render import plans;"
        "[FORMATS[name].written(plans.told(plans.BUSY)) for name in ('text', 'json', 'markdown')];"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 — our own
