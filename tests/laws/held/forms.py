"""How the server writes what a manifest says: words, references, ages, urls, as the notes tell.

A form gets what is written, None for null, and the object as it is shown; it returns what has to be
held. It is written from the notes alone, and shares nothing with what it judges.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.embedded import Settings

Lookup = Callable[[str, str], str]

KEPT = object()
"""What a form returns where a manifest does not say which value is to be held."""


@dataclass(frozen=True)
class Seen:
    """An object as the API shows it, in an organization of these ``settings``.

    ``lookup``: ids by kind and name; ``sources``: what a manifest's sources hold.
    """

    body: Any
    lookup: Lookup
    settings: Settings
    sources: Mapping[str, str]

    def at(self, dotted: str) -> Any:
        return at(self.body, dotted)


Form = Callable[[Any, Seen], Any]


def at(body: Any, dotted: str) -> Any:
    """Return what is at a place of a body, None if that or anything above it is missing or null."""
    for part in dotted.split("."):
        body = (body or {}).get(part)
    return body


def exactly(item: Mapping[str, Any], *keys: str) -> list[Any]:
    """Return the values of an item's keys in this order; any other key is unheard of."""
    unheard = sorted(item.keys() - set(keys))
    assert not unheard, f"the law does not know {unheard} in {item}"
    return [item.get(key) for key in keys]


def default(value: Any) -> Form:
    """Return the form of what is held as it is written, and of null, which means a default."""
    return lambda written, _: value if written is None else written


def word(value: str, fold: Callable[[str], str] = str) -> Form:
    """Return the form of a word whose case means nothing."""
    return lambda written, _: value if written is None else fold(written)


text, number, listed = default(""), default(0), default([])


def a_set(fold: Callable[[str], str] = str, *dropped: str) -> Form:
    """Return the form of a list that is neither ordered nor counted."""
    return lambda written, _: sorted({fold(each) for each in written or ()} - {*dropped})


def split(written: Any, _: Seen) -> list[str]:
    """Joined by comma and split again; what is empty goes (A 2.1)."""
    return sorted({part for each in written or () for part in each.split(",")} - {""})


def as_set(held: Any) -> Any:
    return sorted(set(held))


def remote(written: str, seen: Seen) -> str:
    """``git@HOST:OWNER/REPO.git``, however it is spelled (A 2.1)."""
    if seen.at("spec.repository.integration_type") == "git":
        return written
    rest = written.rpartition("://")[2].rpartition("@")[2]
    host, path = re.split("[:/]+", rest, maxsplit=1)
    return f"git@{host}:{path.removesuffix('.git')}.git"


PIPELINE_FILE = ".semaphore/semaphore.yml"


def pipeline_file(written: Any, _: Seen) -> str:
    """ "" is kept on update, and the default on create: a manifest means the latter (A 2.1)."""
    return written or PIPELINE_FILE


def statuses(written: Any, seen: Seen) -> list[dict[str, str]]:
    """None is one for the pipeline file, whichever that is now (A 2.1)."""
    if not written:
        return [{"path": seen.at("spec.repository.pipeline_file"), "level": "pipeline"}]
    pairs = (exactly(item, "path", "level") for item in written)
    return [{"path": path, "level": level.lower()} for path, level in pairs]


def branch(written: Any, _: Seen) -> str:
    """A full reference as it is, a name as a branch; none is master (A 2.2, A 10)."""
    name = written or "master"
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def reference(written: Any, seen: Seen) -> str:
    if written is None:
        return branch(None, seen)
    sort, name = exactly(written, "type", "name")
    return {"BRANCH": "refs/heads/{}", "TAG": "refs/tags/{}", "PR": "refs/pull/{}/head"}[
        sort.upper()
    ].format(name)


def recurring_by_version(written: Any, _: Seen) -> Any:
    """The first version knows only what recurs (A 10)."""
    return True if written == "v1.0" else KEPT


def paused_by_status(written: Any, _: Seen) -> bool:
    return bool({None: False, "ACTIVE": False, "INACTIVE": True}[written])


def title(written: Any, seen: Seen) -> str:
    """Made up from the name where there is none (B 3.1)."""
    words = seen.at("metadata.name").replace("-", " ").split()
    return written or " ".join(map(str.capitalize, words))


def project_id(written: str, seen: Seen) -> str:
    return seen.lookup("Project", written)


def project_or_none(written: str | None, seen: Seen) -> str | None:
    return None if written is None else project_id(written, seen)


def subject_rules(written: Any, seen: Seen) -> list[tuple[str, str]]:
    """Type and subject: everybody has none, a role or a user its id (C 1.5)."""
    return sorted(_subject(rule, seen) for rule in written)


def _subject(rule: Mapping[str, Any], seen: Seen) -> tuple[str, str]:
    sort, subject, login = exactly(rule, "type", "subject_id", "git_login")
    match sort.upper():
        case "ANY" | "AUTO":
            return sort.upper(), ""
        case "ROLE":
            return "ROLE", seen.lookup("Role", subject)
        case "USER":
            return "USER", seen.lookup("User", subject or login)
        case other:
            return other, subject


def subjects_held(held: Any) -> Any:
    """An id beside ANY or AUTO means nothing (C 1.5)."""
    everybody = ("ANY", "AUTO")
    return sorted((r["type"], "" if r["type"] in everybody else r["subject_id"]) for r in held)


def object_rules(written: Any, _: Seen) -> list[tuple[str, str, str]]:
    rules = (exactly(rule, "type", "match_mode", "pattern") for rule in written)
    return sorted((sort.upper(), (mode or "ALL").upper(), at or "") for sort, mode, at in rules)


def objects_held(held: Any) -> Any:
    return sorted((rule["type"], rule["match_mode"], rule["pattern"]) for rule in held)


_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def retention(written: Any, _: Seen) -> list[tuple[str, int]]:
    """Selectors with ages in days: ``7 days`` are ``1 week`` (C 4.3)."""
    return [(select, _days(age)) for select, age in (_rule(item) for item in written)]


def _rule(item: Mapping[str, Any]) -> list[Any]:
    return exactly(item, "selector", "age")


def retention_held(held: Any) -> Any:
    return [(rule["selector"], _days(rule["age"])) for rule in held]


def _days(age: str) -> int:
    count, unit = age.split()
    return int(count) * _DAYS[unit.removesuffix("s")]


def sourced(written: Any, seen: Seen) -> Any:
    """What is in an environment variable or a file, to the last byte unless it is trimmed."""
    if written is None:
        return KEPT
    variable, file, live, trim = exactly(written, "env", "file", "live", "trim")
    if live == "keep":
        return KEPT
    value = seen.sources[variable or file]
    return value.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r") if trim else value


def sourced_content(written: Any, seen: Seen) -> Any:
    value = sourced(written, seen)
    return value if value is KEPT else value.encode()


def content(written: str, _: Seen) -> bytes:
    return content_held(written)


def content_held(held: str) -> bytes:
    """What base64 stands for, in however many lines it is; anything else is itself (B 7.10)."""
    try:
        return base64.b64decode("".join(held.split()), validate=True)
    except (binascii.Error, ValueError):
        return held.encode()


def policy(form: Form) -> Form:
    """Return the form for organizations that have access policies; others have none to hold."""
    return lambda written, seen: (
        form(written, seen) if seen.settings.secrets_access_policy else KEPT
    )


def project_ids(written: Any, seen: Seen) -> list[str]:
    """NONE forgets them (B 2.5)."""
    if seen.at("org_config.projects_access") == "NONE":
        return []
    return sorted({project_id(name, seen) for name in written or ()})
