"""Reading what manifests refer to, so that ids in them become names."""

from reconciler.kinds import KINDS
from reconciler.model import Address, Desired, DesiredState, Directory, Mention, Place
from reconciler.planning.scope import scope_of

_ROLE = "7d0d1a44-6a3d-4c0f-8a43-3a44a2d5c3f1"


def test_roles_are_read() -> None:
    """Those that rules name, whether by name or by id."""
    rules = [{"type": "ROLE", "subject_id": _ROLE}, {"type": "role", "subject_id": "Admin"}]
    section = {"metadata": {"name": "t"}, "spec": {"subject_rules": rules}}
    address = Address("DeploymentTarget", "api", "t")
    desired = Desired(address, KINDS["DeploymentTarget"].declared(section), Place("f"))
    named = {Mention("Role", "api", text) for text in (_ROLE, "Admin")}
    assert named == scope_of(DesiredState({address: desired})).mentions


def test_roles_are_known_in_any_case() -> None:
    """By name and by id (C 1.5)."""
    directory = Directory().having("Role", {_ROLE: "Admin"})
    for text in (_ROLE, _ROLE.upper(), "admin", "ADMIN"):
        assert directory.name("Role", text) == "Admin"
    assert directory.name("Role", "Reader") == "Reader"
