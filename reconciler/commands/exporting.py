"""export: the live organization as manifests, each read back before it is given out."""

import os
import shlex
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from reconciler import manifest
from reconciler.commands.organization import Session
from reconciler.commands.survey import Survey, Wanted, survey
from reconciler.commands.told_values import ENCRYPTED, EXAMPLE, Telling, Values
from reconciler.errors import BadSettings, Incomplete, InvalidManifests
from reconciler.kinds import KINDS
from reconciler.kinds.describing import Remark, Say, described, remarks_of
from reconciler.model import Address, Desired, DesiredState, Directory, Live, Unread
from reconciler.planning import names
from reconciler.planning.beyond import unknown
from reconciler.planning.decide import decide
from reconciler.render.exported import Exported
from reconciler.render.layout import Layout, layout, reading_order
from reconciler.render.manifest_text import manifest_text, together
from reconciler.render.remarks import unread
from reconciler.sources import encrypting


async def export(
    session: Session,
    wanted: Wanted,
    told: Telling,
    how: Layout = Layout.OBJECT,
    *,
    full: bool = False,
) -> Exported:
    """Return manifests of all that is wanted; writes nothing.

    Raises ApiError, BadSettings for what names nothing and where sops can't be had or refuses, and
    Incomplete if a part of what is wanted can't be read.
    """
    if told.values is Values.SOPS:
        encrypting.check(ENCRYPTED, told.recipients, os.environ)
    await session.reader.read_projects((), ())
    return exported(await whole(session, wanted), told, how, full=full)


async def whole(session: Session, wanted: Wanted, also: Collection[Address] = ()) -> Survey:
    """Return all that is wanted, each object in full; raises as ``export`` does.

    The reader has to know the projects. ``also``: objects that can be meant though they are gone.
    """
    found = await survey(session, wanted, also, in_full=True)
    if found.unread:
        raise _incomplete(found.unread, found.directory.names("Project").values())
    return found


def exported(found: Survey, told: Telling, how: Layout, *, full: bool = False) -> Exported:
    """Return manifests of what was found; raises BadSettings where sops refuses."""
    paths = layout(found.there, how)
    drafts = {
        address: _draft(live, told.of(address, paths[address]), full=full)
        for address, live in found.objects.items()
    }
    drafts = _checked(drafts, found.objects, found.directory)
    said = {address: draft for address, draft in drafts.items() if draft.text}
    files: dict[str, list[str]] = {}
    for address, draft in sorted(said.items(), key=lambda one: one[0].kind != "Project"):
        files.setdefault(paths[address], []).append(draft.text)
    texts = {path: together(files[path]) for path in sorted(files, key=reading_order)}
    _check_sizes(texts)
    return Exported(
        files=texts,
        beside=_beside(told),
        places={address: paths[address] for address in said},
        remarks={address: draft.remarks for address, draft in said.items() if draft.remarks},
        left_out={a: d.remarks for a, d in drafts.items() if d.remarks and not d.text},
        newer=unknown(found.objects.values()),
        kept=told.kept,
        shows=told.shown,
        clear=told.clear,
        variables=tuple(told.variables),
        encrypted=len(told.sealed),
    )


def _check_sizes(texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        if len(text.encode()) > manifest.MAX_BYTES:
            raise BadSettings(
                f"{path} would be larger than a file of manifests may be; give --layout object"
            )


def _beside(told: Telling) -> dict[str, str]:
    """Return the files that go with the manifests."""
    found = {EXAMPLE: told.example()} if told.variables else {}
    if told.sealed:
        found[ENCRYPTED] = encrypting.encrypted(told.sealed, ENCRYPTED, told.recipients, os.environ)
    return found


@dataclass(frozen=True, slots=True)
class _Draft:
    """The text of a manifest, "" for none, and what there is to remark."""

    text: str
    remarks: tuple[Remark, ...] = ()

    def without(self, *remarks: Remark) -> "_Draft":
        return _Draft("", (*self.remarks, *remarks))


def _draft(live: Live, say: Say, *, full: bool) -> _Draft:
    kind = KINDS[live.address.kind]
    found = described(kind, live, say, full=full)
    remarks = remarks_of(live, found)
    if found.data is None:
        return _Draft("", remarks)
    return _Draft(manifest_text(found.data, remarks), remarks)


def _checked(
    drafts: Mapping[Address, _Draft], there: Mapping[Address, Live], directory: Directory
) -> dict[Address, _Draft]:
    """Read each manifest as any other is read, and give out none that says anything else."""
    checked = dict(drafts)
    declared: dict[Address, Desired] = {}
    for address, draft in drafts.items():
        if draft.text:
            try:
                declared[address] = manifest.declared_in(draft.text, str(address))
            except InvalidManifests as error:
                why = (Remark("", problem.text) for problem in error.problems)
                checked[address] = draft.without(*why)
    state = names.with_names(DesiredState(declared), directory)
    for address in declared:
        desired, live = state.objects.get(address), there[address]
        if desired is None:
            checked[address] = drafts[address].without(Remark("", "its names lead elsewhere"))
            continue
        decision = decide(KINDS[address.kind], desired, live)
        if decision.action is not None and not live.broken:
            why = (Remark(f.path, "could not be said as it is") for f in decision.fields)
            checked[address] = drafts[address].without(*why)
    return checked


def _incomplete(parts: tuple[Unread, ...], projects: Collection[str]) -> Incomplete:
    _, *said = unread(parts)
    globs = sorted({*_all_in(parts, projects)})
    lines = "\n".join(said)
    return Incomplete(
        f"not all could be read, and nothing is written:\n{lines}\n"
        "Try again, use a token that may read it, or leave it out: "
        f"{' '.join(f'--exclude {shlex.quote(glob)}' for glob in globs)}"
    )


def _all_in(parts: Collection[Unread], projects: Collection[str]) -> Iterator[str]:
    """Yield what names all that may be in parts; a kind at once that is unread in all projects."""
    homes: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        homes[part.kind].add(part.project)
    for kind, unread_in in homes.items():
        if len(unread_in) > 1 and unread_in >= {*projects}:
            yield f"{kind}/*"
        else:
            yield from (str(KINDS[kind].address("*", home)) for home in unread_in)
