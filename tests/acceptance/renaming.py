"""Objects of each kind that can be renamed, ours, and what others do with their names."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, Ran, applied, document, seeded
from tests.reliability.world import world

PROJECT = """apiVersion: v1alpha
kind: Project
metadata: {name: NAME}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
"""
BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: NAME}\n"
NOTE = """apiVersion: v1alpha
kind: Notification
metadata: {name: NAME}
spec: {rules: [{name: r, filter: {projects: [x]}, notify: {slack: {endpoint: "https://x.test/a"}}}]}
"""
TARGET = """apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: NAME, project_id_or_name: home}
"""
SCHEDULE = """apiVersion: v1.2
kind: Schedule
metadata: {name: NAME}
spec: {project: home, recurring: false, reference: {type: branch, name: main}, pipeline_file: a.yml}
"""
SECRET = """apiVersion: v1
kind: ProjectSecret
metadata: {name: NAME, project_id_or_name: home}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""
KINDS = {
    "Project": PROJECT,
    "Dashboard": BOARD,
    "Notification": NOTE,
    "DeploymentTarget": TARGET,
    "Schedule": SCHEDULE,
}
EACH = pytest.mark.parametrize("kind", sorted(KINDS))
REFUSED = "it was renamed outside, and is"


class House:
    """The local Semaphore, and manifests of objects of one kind beside one that has what they need.

    Others apply manifests by names of their own, some time later, and keep no ledger of ours.
    """

    def __init__(self, local: Program, place: Path, kind: str = "Dashboard") -> None:
        self._local = local
        self._place = place
        self._template = KINDS[kind]
        home = "project_id_or_name: home" in self._template or "project: home" in self._template
        self.home = PROJECT.replace("NAME", "home") if home else BOARD.replace("NAME", "home")

    def __call__(self, *arguments: str) -> Ran:
        """Run a command line; without files it is about ``m.yml``."""
        return self._local(*arguments, *(() if _names_files(arguments) else ("m.yml",)))

    def doc(self, name: str, rules: str = "") -> str:
        """Return a manifest of that name, with rules for the program."""
        return self._template.replace("NAME", name) + (
            f"reconciler: {{{rules}}}\n" if rules else ""
        )

    def declare(self, *docs: str, file: str = "m.yml") -> None:
        """Write manifests, beside what they need."""
        (self._place / file).write_text("---\n".join([self.home, *docs]))

    def applied(self, *docs: str, file: str = "m.yml") -> None:
        """Write manifests and apply them, and see that nothing is left to do."""
        self.declare(*docs, file=file)
        applied(self._local, file)

    def told(self, *arguments: str) -> Any:
        """Return what a command says, as data."""
        return document(self._local, *arguments, *(() if _names_files(arguments) else ("m.yml",)))

    def others(self, *docs: str) -> None:
        """Let others apply manifests."""
        seeded(self._local, self._place, "---\n".join([self.home, *docs]))

    def others_rename(self, *names: str) -> None:
        """Let others rename what has the first name to the second, and that of the next pair."""
        for before, now in zip(names[::2], names[1::2], strict=True):
            self.others(self.doc(now, f"renamed_from: {before}"))

    def lose_ledger(self) -> None:
        for file in (self._place / ".reconciler").glob("ledger.db*"):
            file.unlink()

    def bodies(self) -> dict[tuple[str, str, str], Any]:
        """Return what the server really has, by kind, project and name."""
        return world(self._place / ".reconciler/embedded.db").bodies()

    def names(self) -> list[str]:
        return [name for *_, name in self.bodies()]

    def refuses(self, words: str, *arguments: str, commands: tuple[str, ...] = ("plan",)) -> None:
        """See that plan and apply, and further commands, are refused with these words."""
        there = self.bodies()
        for command in {*commands, "plan", "apply"}:
            auto = [] if command in ("plan", "drift") else ["--auto-approve"]
            ran = self(command, *auto, *arguments)
            assert (ran.code, words in ran.out) == (4, True), ran
        assert self.bodies() == there


def _names_files(arguments: tuple[str, ...]) -> bool:
    return arguments[0] in ("ledger", "forget") or any(each.endswith(".yml") for each in arguments)
