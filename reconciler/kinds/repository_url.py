"""The address of a repository: which a project can have, and what the server reads in it."""

import re

HOSTS = {
    "github_token": "github.com",
    "github_app": "github.com",
    "bitbucket": "bitbucket.org",
    "gitlab": "gitlab.com",
}
"""Where the repositories of an integration are; of a newer one only the server knows."""
_REMOTE = r"(?:(?P<scheme>https?|git|ssh)://)?(?:[^@/ ]+@)?(?P<host>[^/: ]+)(?P<gap>[/:]+)"
_HEAD = re.compile(_REMOTE)
_OWNED = re.compile(_REMOTE + r"(?P<path>[^/ ]+/[^/ ]+).*", re.DOTALL)
_NESTED = re.compile(_REMOTE + r"(?P<path>[^ /]+(?:/+[^ /]+)+)/*")
_GENERIC = re.compile(r"ssh://(?:[^@/]+@)?[^/:]+/(?:.+/)?[^/]+/[^/]+\.git")
_PASSWORD = re.compile(r"[^/]*//[^/@]*:[^/]*@")
_LOGIN = re.compile(r"(?<=//)[^/@]*@")
"""Before the host of http: a name, or a token in its place."""


def canonical_url(url: str, integration: str) -> str:
    """Return the form the server stores: for the hosted forges ``git@HOST:OWNER/REPO.git``."""
    if integration == "git":
        return url
    pattern = _NESTED if integration == "gitlab" else _OWNED
    found = pattern.fullmatch(url.removesuffix(".git"))
    return _stored(found["host"], found["path"]) if found else url


def has_password(url: str) -> bool:
    return bool(_PASSWORD.match(url))


def misplaced(url: str, integration: str) -> str:
    """Say why the server would refuse a url with its integration, "" if not."""
    if integration == "git":
        fits = bool(_GENERIC.fullmatch(url))
        return "" if fits else f"{_told(url)} is not of the form ssh://user@host/owner/repo.git"
    if integration not in HOSTS or _fits(url, integration):
        return ""
    others = [other for other in HOSTS if _fits(url, other)]
    hint = f"; did you mean {' or '.join(others)}?" if others else ""
    return (
        f"{_told(url)} is not the url of a repository at {HOSTS[integration]}, "
        f"as integration_type {integration} needs{hint}"
    )


def homeless(url: str) -> str:
    """Say that a url fits no integration at all, "" if it does."""
    if _GENERIC.fullmatch(url) or any(_fits(url, kind) for kind in HOSTS):
        return ""
    hosts = ", ".join(dict.fromkeys(HOSTS.values()))
    return (
        f"{_told(url)} is not the url of a repository at {hosts}, "
        "nor of the form ssh://user@host/owner/repo.git"
    )


def misread(url: str) -> str:
    """Say that the server would take a url for another repository's than any reader would.

    It knows no ports, queries and pages, no slash behind ``.git``, and only GitLab's groups.
    """
    integration = next((kind for kind in HOSTS if _fits(url, kind)), "git")
    found = _HEAD.match(url)
    if integration == "git" or not found:
        return ""
    path = re.split(r"[?#]", url[found.end() :])[0].rstrip("/")
    if found["scheme"] and ":" in found["gap"]:
        path = re.sub(r"^\d+/+", "", path)
    if integration == "gitlab":
        path = path.partition("/-/")[0]
    elif not path.endswith(".git"):  # what comes behind is a page of the repository
        path = "/".join(path.split("/")[:2])
    meant, taken = (
        _stored(found["host"], path.removesuffix(".git")),
        canonical_url(url, integration),
    )
    if meant == taken:
        return ""
    return f"Semaphore would take {_told(url)} for {_told(taken)}; write {_told(meant)}"


def _stored(host: str, path: str) -> str:
    return f"git@{host}:{re.sub('/+', '/', path)}.git"


def _fits(url: str, integration: str) -> bool:
    return canonical_url(url, integration).startswith(f"git@{HOSTS[integration]}:")


def _told(url: str) -> str:
    return repr(_LOGIN.sub("", url) if url.startswith("http") else url)
