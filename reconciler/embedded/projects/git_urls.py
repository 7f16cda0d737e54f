"""The forms of git URLs a project can have, and the one form in which they are kept (A 2.1)."""

import re
from dataclasses import dataclass

# The host each integration type works with, and its name in messages.
_HOSTS = {
    "github_token": ("github.com", "github"),
    "github_app": ("github.com", "github"),
    "bitbucket": ("bitbucket.org", "bitbucket"),
    "gitlab": ("gitlab.com", "gitlab"),
}
_KNOWN_HOSTS = frozenset(host for host, _name in _HOSTS.values())

_START = r"(?:(?:https?|git|ssh)://)?(?:[^@/ ]+@)?(?P<host>[^/: ]+)[/:]++"
_REMOTE = re.compile(_START + r"(?P<owner>[^/ ]+)/(?P<repo>[^/ ]+)")
_GITLAB_REMOTE = re.compile(_START + r"(?P<owner>[^ ]+)/(?P<repo>[^/ ]+)")  # groups nest
_GENERIC = re.compile(
    r"ssh://(?:[^@/]+@)?(?P<host>[^/:]+)/(?:.+/)?(?P<owner>[^/]+)/(?P<repo>[^/]+)\.git"
)


class Refused(Exception):
    """The message of the repository service."""


@dataclass(frozen=True)
class Remote:
    url: str
    owner: str
    repo: str


def for_new(url: str, integration_type: str) -> Remote:
    if not url:
        raise Refused("is empty")
    if integration_type == "git":
        return _generic(url)
    host, name = _HOSTS[integration_type]
    found = _match(url, integration_type)
    if found is None:
        raise Refused(_unrecognized(url))
    if found["host"] != host:
        raise Refused(f"doesn't look like a {name} url")
    return _canonical(found)


def for_existing(url: str, integration_type: str) -> Remote:
    host, name = _HOSTS[integration_type]
    found = _match(url, integration_type)
    if found is not None and found["host"] == host:
        return _canonical(found)
    if found is not None and found["host"] in _KNOWN_HOSTS:
        raise Refused("Changing git host is not supported yet.")
    raise Refused(f"only {name} urls are allowed")


def _match(url: str, integration_type: str) -> re.Match[str] | None:
    """The real expressions are not anchored: something may stand before the address.

    None of their parts has a space in it, so that they are tried once for each word.
    """
    pattern = _GITLAB_REMOTE if integration_type == "gitlab" else _REMOTE
    words = (word.lstrip("/:@") for word in url.removesuffix(".git").split(" "))
    return next((found for word in words if (found := pattern.match(word))), None)


def _canonical(found: re.Match[str]) -> Remote:
    host, owner, repo = found["host"], found["owner"], found["repo"]
    return Remote(f"git@{host}:{owner}/{repo}.git", owner, repo)


def _generic(url: str) -> Remote:
    found = _GENERIC.fullmatch(url)
    if found is None:
        raise Refused(_unrecognized(url))
    return Remote(url, found["owner"], found["repo"])


def _unrecognized(url: str) -> str:
    return f"Unrecognized Git remote format '{url}'"
