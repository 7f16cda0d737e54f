"""Objects of ours in a Semaphore that is served, and may answer what it is told to."""

import httpx
import pytest

from reconciler.kinds import KINDS
from reconciler.remote import routes
from tests.acceptance.conftest import TOKEN, Program, Ran
from tests.acceptance.renaming import BOARD, NOTE, PROJECT, SCHEDULE, SECRET, TARGET
from tests.embedded.servers import PROJECTS, Server

AGENTS = """apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-NAME}
"""
ORGANIZATION = {
    "Dashboard": BOARD,
    "Notification": NOTE.replace("[x]", "[]"),
    "SelfHostedAgentType": AGENTS,
    "Secret": """apiVersion: v1beta
kind: Secret
metadata: {name: NAME}
data: {env_vars: [{name: T, value_from: {env: T}}]}
""",
}
INSIDE = {"DeploymentTarget": TARGET, "ProjectSecret": SECRET, "Schedule": SCHEDULE}
HOME = PROJECT.replace("NAME", "home")
EACH = pytest.mark.parametrize("kind", sorted(INSIDE | ORGANIZATION))


def run(reconciler: Program, acme: Server, *arguments: str) -> Ran:
    return reconciler("--org", f"{acme.url}/acme", *arguments, "m.yml")


def home(acme: Server) -> httpx.Response:
    return acme.get(f"/acme{PROJECTS}/home", token=TOKEN)


def manifest(kind: str, rules: str = "", name: str = "x") -> str:
    """Return manifests of a project and of an object, which is in it if it can be in one."""
    text = (INSIDE | ORGANIZATION)[kind].replace("NAME", name).partition("reconciler:")[0]
    return f"{HOME}---\n{text}{rules}"


def address(kind: str, name: str = "x") -> str:
    called = f"s1-{name}" if kind == "SelfHostedAgentType" else name
    return f"{kind}/home/{called}" if kind in INSIDE else f"{kind}/{called}"


def listed_at(acme: Server, kind: str) -> str:
    """Return the path of the list that has the objects of a kind."""
    id_ = home(acme).json()["metadata"]["id"] if kind in INSIDE else ""
    path, _ = routes.collection(KINDS[kind], id_)
    return path
