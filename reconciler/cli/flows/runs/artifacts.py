"""artifact: list, url, sign. A signed address is the product here, so it is printed."""

import os
from collections.abc import Iterable

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs import lookups
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.options import Options
from reconciler.errors import BadSettings
from reconciler.model import Sealed
from reconciler.remote.client import Access, Artifact, Scope, SignedUrl, shown
from reconciler.render.listing import table
from reconciler.render.palette import Palette

JOB_TOKEN = "SEMAPHORE_ARTIFACT_TOKEN"  # noqa: S105 — the variable's name


def list_(asked: Options, *, scope: str, owner: str, path: str) -> int:
    async def work(session: VerbSession) -> int:
        owner_id = await _owner(session, scope, owner)
        with session.looking(f"{scope} {owner}"):
            found = await session.semaphore.artifacts.list(_scope(scope), owner_id, path)
        artifacts = sorted(found, key=lambda artifact: artifact.path)
        session.show({"artifacts": shown(artifacts)}, _table(artifacts, session.palette))
        return DONE

    return act(asked, work)


def url(asked: Options, *, scope: str, owner: str, path: str, head: bool) -> int:
    async def work(session: VerbSession) -> int:
        owner_id = await _owner(session, scope, owner)
        with session.looking(f"{path} of {scope} {owner}"):
            found = await session.semaphore.artifacts.signed_url(
                _scope(scope), owner_id, path, method="HEAD" if head else "GET"
            )
        session.show({"urls": [_opened(found)]}, f"{found.url.reveal()}\n")
        return DONE

    return act(asked, work)


def sign(asked: Options, *, scope: str, owner: str, paths: tuple[str, ...], access: str) -> int:
    token = os.environ.get(JOB_TOKEN, "").strip()
    if not token:
        raise BadSettings(f"{JOB_TOKEN} is not set; it is inside a job, artifact url needs no job")
    job_token = Sealed(token)

    async def work(session: VerbSession) -> int:
        found = await session.semaphore.artifacts.job_urls(
            [f"artifacts/{_scope(scope)}/{owner}/{path.lstrip('/')}" for path in paths],
            Access(access.upper()),
            job_token=job_token,
        )
        lines = [f"{signed.method}  {signed.url.reveal()}\n" for signed in found]
        session.show({"urls": [_opened(signed) for signed in found]}, "".join(lines))
        return DONE

    return act(asked, work, writes=True, token=job_token)


async def _owner(session: VerbSession, scope: str, owner: str) -> str:
    return await lookups.project_id(session, owner) if scope == "project" else owner


def _scope(word: str) -> Scope:
    return Scope(f"{word}s")


def _opened(signed: SignedUrl) -> dict[str, str]:
    return {"method": signed.method, "path": signed.path, "url": signed.url.reveal()}


def _table(artifacts: Iterable[Artifact], palette: Palette) -> str:
    rows = [
        (
            f"{artifact.path}/" if artifact.is_directory else artifact.path,
            "" if artifact.size is None else str(artifact.size),
        )
        for artifact in artifacts
    ]
    return table(("PATH", "BYTES"), rows, palette)
