"""Where a ledger is that lies among artifacts: what a Semaphore job tells, and who may read it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.commands.places import ARTIFACT
from reconciler.errors import BadSettings
from reconciler.kinds import KINDS
from reconciler.model import Sealed
from reconciler.remote import Http
from reconciler.remote.pages import pages

TOKEN: Final = "SEMAPHORE_ARTIFACT_TOKEN"  # noqa: S105 — the variable's name
PROJECT: Final = "SEMAPHORE_PROJECT_ID"
ORGANIZATION: Final = "SEMAPHORE_ORGANIZATION_URL"
KEY: Final = "RECONCILER_LEDGER_KEY"

# the server takes a + for a / when it is asked to load, and . or .. for what they are in paths
_NAME: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """``where``: as it was given, ``artifact:NAME``. ``organization``: the job's, an address."""

    where: str
    organization: str
    project_id: str
    token: Sealed

    @property
    def path(self) -> str:
        """The file, as the artifact store names it."""
        return f"artifacts/projects/{self.project_id}/{self.where.removeprefix(ARTIFACT)}"


def place_of(where: str, environ: Mapping[str, str]) -> Place:
    """Read from the environment where ``artifact:NAME`` is; raises BadSettings."""
    name = where.removeprefix(ARTIFACT)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise BadSettings(
            f"--ledger {where}: a name is of letters, digits, and . _ - between, with / for folders"
        )
    found = {each: environ.get(each, "").strip() for each in (TOKEN, PROJECT, ORGANIZATION)}
    missing = [each for each, value in found.items() if not value]
    if missing:
        raise BadSettings(
            f"--ledger {where} is kept among the artifacts of the project whose job this is, but "
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set: it works inside "
            "a job of Semaphore alone; elsewhere, give --ledger none, or a file"
        )
    if not environ.get(KEY, "").strip():
        raise BadSettings(
            f"--ledger {where}: {KEY} is not set. Every job of the project can write its "
            "artifacts, and its people can read them: only with a key are records signed, and "
            "values of secrets safe from being guessed. Make one, `openssl rand -hex 32`, and keep "
            "it in an organization secret that this job uses"
        )
    return Place(where, found[ORGANIZATION], found[PROJECT], Sealed(found[TOKEN]))


async def check_private(http: Http, place: Place) -> str:
    """Return the name of the project; raises BadSettings unless only its people can read it."""
    api = KINDS["Project"].api
    async for body in pages(http, api.path, scheme=api.paging, size=api.page_size or None):
        metadata = body.get("metadata") or {}
        if metadata.get("id") == place.project_id:
            name = str(metadata.get("name", ""))
            if (body.get("spec") or {}).get("visibility") != "private":
                raise BadSettings(
                    f"--ledger {place.where}: project {name} is public, and everybody can read its "
                    "artifacts; keep the ledger elsewhere, or make the project private, by hand "
                    "or by an apply with --ledger none"
                )
            return name
    raise BadSettings(
        f"--ledger {place.where}: the token does not see project {place.project_id}, whose job "
        "this is, and so can't tell whether everybody can read its artifacts"
    )
