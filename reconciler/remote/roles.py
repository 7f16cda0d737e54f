"""Roles that people have in projects. The API has no list of them, but shows some in passing.

A role tells its name to who knows its id; lists of members show the roles that they have (C 1.5,
F B2). The list of roles has those of the organization only (F B3).
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from reconciler.errors import BadAnswer, NotFound, PermissionDenied, Rejected
from reconciler.kinds.roles import BUILT_IN, VIEW, VIEW_MEMBERS
from reconciler.model import Directory, Mention
from reconciler.model.literal import UUID
from reconciler.remote.http import Http
from reconciler.remote.order import segment
from reconciler.remote.together import together

_V1: Final = "/api/v1alpha"
_LISTS: Final = ("roles", "members")
_OF_PROJECTS: Final = (2, "project")


class _Role(NamedTuple):
    name: str
    of_projects: bool


class Roles:
    """Looks roles up; what was answered once is not asked for again."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._found: dict[str, _Role] = {}
        self._asked: set[str] = set()
        self._lacking: set[str] = set()

    async def look_up(self, mentions: Iterable[Mention], directory: Directory) -> None:
        """Find out what there is to know of the roles that are mentioned.

        By an id the role itself is asked. A name, or an id that must not be looked at, is looked
        for among the members of all the projects in which a role is mentioned.
        """
        mentions = [mention for mention in mentions if mention.kind == "Role"]
        texts = {mention.text for mention in mentions}
        ids = {text.lower() for text in texts if UUID.fullmatch(text)}
        names = {text.lower() for text in texts - ids if not UUID.fullmatch(text)}
        if VIEW not in self._lacking:
            await self._ask([f"{_V1}/roles/{segment(id_)}" for id_ in ids - self._found.keys()])
        if self._open(ids, names):
            projects = {directory.name("Project", mention.project) for mention in mentions}
            homes = {directory.id("Project", project) for project in projects} - {""}
            await self._ask([f"{_V1}/projects/{home}/members" for home in homes])
        if self._open(set(), names):
            await self._ask([f"{_V1}/roles"])

    def told(self, id_: str, name: str) -> None:
        """Know the name of a role from elsewhere."""
        self._found[id_] = _Role(name, of_projects=True)

    def listed(self, directory: Directory) -> Directory:
        """Return the directory with all roles that were found."""
        if not self._asked:
            return directory
        lacking = min(self._lacking, default="")
        for kind, sort in (("Role", True), ("OrganizationRole", False)):
            names = {i: role.name for i, role in self._found.items() if role.of_projects is sort}
            directory = directory.having(kind, names, veiled=lacking)
        return directory

    def _open(self, ids: set[str], names: set[str]) -> bool:
        """Whether something is left that may be found elsewhere."""
        known = {role.name.lower() for role in self._found.values() if role.of_projects}
        unseen = ids - self._found.keys() if self._lacking else set()
        return bool(unseen or names - known - set(map(str.lower, BUILT_IN)))

    async def _ask(self, paths: Iterable[str]) -> None:
        await together(self._ask_at(path) for path in sorted(set(paths) - self._asked))

    async def _ask_at(self, path: str) -> None:
        try:
            answer = await self._http.call("GET", path)
        except (NotFound, Rejected):
            pass  # there is no such role; or a project that is gone, and its members with it
        except PermissionDenied:
            self._lacking.add(VIEW_MEMBERS if path.endswith("/members") else VIEW)
        else:
            self._found |= _answered(path, answer.data)
        self._asked.add(path)


async def ids_of_organization(http: Http) -> frozenset[str]:
    """Return the ids of the organization's own roles; raises ApiError."""
    path = f"{_V1}/roles"
    return frozenset(_answered(path, (await http.call("GET", path)).data))


def _answered(path: str, data: Any) -> dict[str, _Role]:
    """Return the roles in an answer by their ids; raises BadAnswer for one that can have none.

    A list is a bare one, or as documented under a key (F B3).
    """
    found = dict(_roles_in(data))
    key = path.rpartition("/")[2]
    listed = data.get(key) if isinstance(data, dict) else data
    if not found and not (key in _LISTS and isinstance(listed, list)):
        raise BadAnswer("GET", path, words="the answer shows no role")
    return found


def _roles_in(data: Any) -> Iterator[tuple[str, _Role]]:
    """Yield every role in an answer by its id: a role, a list of roles, or members with roles."""
    if isinstance(data, list):
        for inner in data:
            yield from _roles_in(inner)
    if not isinstance(data, dict):
        return
    yield from _roles_in(data.get("roles"))
    yield from _roles_in(data.get("members"))
    if isinstance(data.get("role_id"), str) and isinstance(data.get("role_name"), str):
        yield data["role_id"], _Role(data["role_name"], of_projects=True)
    elif isinstance(data.get("id"), str) and isinstance(data.get("name"), str) and "scope" in data:
        yield data["id"], _Role(data["name"], of_projects=data["scope"] in _OF_PROJECTS)
