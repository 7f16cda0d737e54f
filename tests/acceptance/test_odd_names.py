"""Names and values nobody should have: they come through, and the terminal obeys none of them."""

import json
import re
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import Program, applied
from tests.acceptance.manifests import PROJECT

NAMES = (
    *("a\u202eb.exe", "line\u2028end", "emoji 😀", "tab\there", "bell\x07", "\x1b[31mred"),
    *("yes", "0755", "1.10", "~", "null", "a: b", "a # b", "- x", "*x", "&x", "%x", "'q\""),
    *("x" * 255, "a/b/c", "..", ".", "a?b#c&d=e", "a%2Fb", "ünï", "日本", " lead", "[a]"),
)
SECRETS = ("my secret 100%", "@a:b", "a+b,c", "(x)", "..", "a'b\"c")
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _odd() -> list[dict[str, Any]]:
    notify = {"slack": {"endpoint": "https://x"}}
    schedule = {"project": "api.v1", "recurring": False, "pipeline_file": "a.yml"}
    schedule["reference"] = {"type": "BRANCH", "name": "m"}
    project = {"repository": {"url": "git@github.com:acme/api.git"}}
    found: list[dict[str, Any]] = [
        {
            "apiVersion": "v1alpha",
            "kind": "Project",
            "metadata": {"name": "api.v1"},
            "spec": project,
        }
    ]
    for name in NAMES:
        found += [
            {
                "apiVersion": "v1alpha",
                "kind": "Notification",
                "metadata": {"name": name},
                "spec": {"rules": [{"name": name, "notify": notify}]},
            },
            {
                "apiVersion": "v1.2",
                "kind": "Schedule",
                "metadata": {"name": name, "description": name},
                "spec": schedule,
            },
            {
                "apiVersion": "v1",
                "kind": "ProjectSecret",
                "metadata": {"name": name, "project_id_or_name": "api.v1"},
                "data": {"env_vars": [{"name": "A", "value": f"{name} nightjar"}]},
            },
        ]
    return found + [
        {
            "apiVersion": "v1beta",
            "kind": "Secret",
            "metadata": {"name": name},
            "data": {"env_vars": [{"name": "A", "value": f"{name} nightjar"}]},
        }
        for name in SECRETS
    ]


def test_odd_names(local: Program, place: Path) -> None:
    """All are made under their own name, planned empty, and deleted again."""
    odd = _odd()
    (place / "odd.yml").write_text(
        "\n---\n".join(json.dumps(each, ensure_ascii=False) for each in odd) + "\n"
    )
    planned = local("plan", "odd.yml")
    ran = local("apply", "--auto-approve", "odd.yml")
    assert f"Done: {len(odd)} of {len(odd)} changes ({len(odd)} created).\n" in ran.report
    again = local("plan", "--detailed-exitcode", "odd.yml")
    assert (again.code, again.err) == (0, "")
    drift = local("drift", "--format", "json", "odd.yml")
    assert json.loads(drift.out)["drifted"] is False
    most = ("--max-deletes", "1000")
    gone = local("destroy", "--auto-approve", *most, "odd.yml")
    assert f"Done: {len(odd)} of {len(odd)} changes ({len(odd)} deleted).\n" in gone.report
    for text in (planned.out, ran.out, ran.err, gone.out, local("graph", "odd.yml").out):
        assert _HARMFUL.findall(text) == []


def test_a_project_called_like_an_id(local: Program, place: Path) -> None:
    """What is one project's id and another's name is asked back."""
    applied(local, "all.yml")
    dashboards = local("drift", "--format", "json", "all.yml")
    assert json.loads(dashboards.out)["drifted"] is False
    id_ = _id_of_the_project(place)
    (place / "m.yml").write_text(
        f"{PROJECT.replace('name: api', f'name: {id_}')}---\n"
        "apiVersion: v1\nkind: ProjectSecret\n"
        f"metadata: {{name: x, project_id_or_name: {id_}}}\n"
    )
    code, out, err = local("plan", "m.yml")
    assert (code, out) == (1, "")
    assert err.startswith(
        f"m.yml:9:21: error: ProjectSecret/{id_}/x is about '{id_}', which is the id of project "
        "'api' and the name of another; write 'api' if that is meant\n"
    )


def _id_of_the_project(place: Path) -> str:
    from reconciler.embedded import Embedded  # noqa: PLC0415 — only here

    with Embedded(str(place / ".reconciler/embedded.db")) as semaphore:
        row = semaphore.world.db.execute("SELECT id FROM projects").fetchone()
    return str(row[0])


ALIKE = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: "a\\nb"}
spec: {rules: [{name: r, notify: {slack: {endpoint: "https://x"}}}]}
---
apiVersion: v1alpha
kind: Notification
metadata: {name: 'a\\nb'}
spec: {rules: [{name: other, notify: {slack: {endpoint: "https://y"}}}]}
---
apiVersion: v1alpha
kind: Notification
metadata: {name: '[prod] alerts'}
spec: {rules: [{name: r, notify: {slack: {endpoint: "https://x"}}}]}
---
apiVersion: v1alpha
kind: Notification
metadata: {name: p alerts}
spec: {rules: [{name: r, notify: {slack: {endpoint: "https://x"}}}]}
"""


def test_names_that_look_alike(local: Program, place: Path) -> None:
    """Two objects are two steps of a saved plan, and each address that is shown names its own."""
    (place / "m.yml").write_text(ALIKE)
    shown = json.loads(local("plan", "--format", "json", "--out", "p.json", "m.yml").out)
    addresses = [change["address"] for change in shown["changes"]]
    assert len(set(addresses)) == 4
    for address in addresses:
        alone = json.loads(local("plan", "--format", "json", "--target", address, "m.yml").out)
        assert [change["address"] for change in alone["changes"]] == [address]
        assert len(alone["excluded"]) == 3
    ran = local("apply", "--auto-approve", "p.json")
    assert "Done: 4 of 4 changes (4 created).\n" in ran.report
    ran = local("destroy", "--auto-approve", "--exclude", r"Notification/a\nb", "m.yml")
    assert "Done: 3 of 3 changes (3 deleted).\n" in ran.report
    assert local("drift", "--target", r"Notification/a\nb", "m.yml").code == 0
    assert local("drift", "--target", r"Notification/a\\nb", "m.yml").code == 2
