"""Drawings of what depends on what."""

from types import MappingProxyType

from reconciler.kinds import KINDS
from reconciler.model import Address, Desired, DesiredState, Place
from reconciler.render import graph

SECRET = Address("Secret", "", "db")
PROJECT = Address("Project", "", 'we"b')


def state() -> DesiredState:
    secret = KINDS["Secret"].declared(
        {
            "metadata": {"name": "db"},
            "org_config": {"projects_access": "ALLOWED", "project_ids": ["api", 'we"b']},
        }
    )
    project = KINDS["Project"].declared(
        {"metadata": {"name": 'we"b'}, "spec": {"repository": {"url": "git@github.com:a/b.git"}}}
    )
    found = {
        address: Desired(address, spec, Place("x.yml"), places=MappingProxyType({}))
        for address, spec in ((SECRET, secret), (PROJECT, project))
    }
    return DesiredState(found)


def test_mermaid() -> None:
    """Needs become arrows, what is declared elsewhere is dashed, quotes are no trap."""
    assert graph.mermaid(graph.drawing(state())) == (
        "flowchart LR\n"
        '  n1["Project/api"]\n'
        '  n2["Project/we#34;b"]\n'
        '  n3["Secret/db"]\n'
        "  n3 --> n1\n"
        "  n3 --> n2\n"
        "  classDef undeclared stroke-dasharray: 4\n"
        "  class n1 undeclared\n"
    )


def test_dot() -> None:
    """The same for Graphviz."""
    assert graph.dot(graph.drawing(state())) == (
        "digraph reconciler {\n"
        "  rankdir=LR\n"
        "  node [shape=box]\n"
        '  "Project/api" [style=dashed]\n'
        '  "Project/we\\"b"\n'
        '  "Secret/db"\n'
        '  "Secret/db" -> "Project/api"\n'
        '  "Secret/db" -> "Project/we\\"b"\n'
        "}\n"
    )
