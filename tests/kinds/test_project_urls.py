"""The spellings of a repository's address, and which of them a project can have (A 2.1)."""

from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.embedded.projects import git_urls
from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.kinds.repository_url import HOSTS, canonical_url

_PROJECT = KINDS["Project"]


def _section(url: str, integration: str | None = None) -> dict[str, Any]:
    repository = {"url": url} | ({"integration_type": integration} if integration else {})
    return {"metadata": {"name": "api"}, "spec": {"repository": repository}}


@pytest.mark.parametrize(
    ("url", "integration", "stored"),
    [
        ("git@github.com:acme/api.git", "github_app", "git@github.com:acme/api.git"),
        ("git@github.com:/acme/api", "github_app", "git@github.com:acme/api.git"),
        ("https://github.com/acme/api", "github_token", "git@github.com:acme/api.git"),
        ("https://user@github.com/acme/api.git", "github_app", "git@github.com:acme/api.git"),
        ("http://github.com/acme/api", "github_app", "git@github.com:acme/api.git"),
        ("ssh://git@github.com/acme/api.git", "github_app", "git@github.com:acme/api.git"),
        ("git://bitbucket.org/acme/api.git", "bitbucket", "git@bitbucket.org:acme/api.git"),
        ("https://github.com/acme/api/tree/main", "github_app", "git@github.com:acme/api.git"),
        ("https://gitlab.com/acme/web/api", "gitlab", "git@gitlab.com:acme/web/api.git"),
        ("ssh://git@github.com/acme/api.git", "git", "ssh://git@github.com/acme/api.git"),
        ("nonsense", "github_app", "nonsense"),
    ],
)
def test_the_stored_form(url: str, integration: str, stored: str) -> None:
    """All spellings of one repository are stored as one, except those of plain git."""
    assert stored == canonical_url(url, integration)


def test_the_url_is_compared_in_its_stored_form() -> None:
    """A manifest and an answer that spell it differently mean the same project."""
    ours = _PROJECT.declared(_section("ssh://git@github.com/acme/api.git", "github_app"))
    theirs = _PROJECT.observed(_section("git@github.com:acme/api.git", "github_app"))
    assert settle(theirs) == settle(ours)


@pytest.mark.parametrize(
    ("url", "integration"),
    [
        ("https://gitlab.com/acme/api", "github_app"),
        ("git@github.example.com:acme/api.git", "github_token"),
        ("https://github.com/acme", "github_app"),
        ("git@github.com:acme/api.git", "git"),
        ("ssh://git@example.com/acme/api", "git"),
    ],
)
def test_urls_of_other_places_are_refused(url: str, integration: str) -> None:
    """What the server would refuse is refused before anything is sent."""
    with pytest.raises(ValidationError, match=r"is not (the url|of the form)"):
        _PROJECT.declared(_section(url, integration))


@pytest.mark.parametrize(
    ("url", "taken", "meant"),
    [
        ("https://github.com/o/r.git/", "github.com:o/r.git.git", "github.com:o/r.git"),
        ("ssh://git@github.com:22/o/r.git", "github.com:22/o.git", "github.com:o/r.git"),
        ("https://github.com:443/o/r", "github.com:443/o.git", "github.com:o/r.git"),
        ("ssh://git@gitlab.com:22/g/s/r.git", "gitlab.com:22/g/s/r.git", "gitlab.com:g/s/r.git"),
        ("https://github.com/o/sub/r.git", "github.com:o/sub.git", "github.com:o/sub/r.git"),
        (
            "https://bitbucket.org/o/sub/r.git",
            "bitbucket.org:o/sub.git",
            "bitbucket.org:o/sub/r.git",
        ),
        (
            "https://github.com/o/r?tab=readme",
            "github.com:o/r?tab=readme.git",
            "github.com:o/r.git",
        ),
        ("https://github.com/o/r#usage", "github.com:o/r#usage.git", "github.com:o/r.git"),
        (
            "https://gitlab.com/o/r/-/tree/main",
            "gitlab.com:o/r/-/tree/main.git",
            "gitlab.com:o/r.git",
        ),
        ("https://x@gitlab.com/o/r.git/", "gitlab.com:o/r.git.git", "gitlab.com:o/r.git"),
    ],
)
@pytest.mark.parametrize("typed", [True, False])
def test_what_the_server_takes_for_another(
    url: str, taken: str, meant: str, *, typed: bool
) -> None:
    """It would build what nobody meant, or fail to find it: the error says how to write it."""
    host = meant.partition(":")[0]
    integration = next(kind for kind, home in HOSTS.items() if home == host)
    assert canonical_url(url, integration) == f"git@{taken}"
    assert git_urls.for_new(url, integration).url == f"git@{taken}"
    with pytest.raises(ValidationError) as raised:
        _PROJECT.declared(_section(url, integration if typed else None))
    told = url.replace("x@", "")
    expected = f"Semaphore would take {told!r} for 'git@{taken}'; write 'git@{meant}'"
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://github.com/o/r/",
            "https://github.com/o/r/tree/main",
            "ssh://git@github.com:o/r",
        ),
        *(
            "git@github.com:22/r.git",
            "github.com/o/r",
            "git@github.com:/o/r.git",
            "git://github.com/o/r",
        ),
        *(
            "https://gitlab.com/g/s/r/",
            "git@gitlab.com:g/s/r.git",
            "https://github.com/o/r.git.git",
        ),
        *(
            "https://github.com//o/r",
            "https://bitbucket.org/o/r/src/main/a.yml",
            "git@github.com:o/-.git",
        ),
        "ssh://git@example.com/a/b/c.git",
    ],
)
def test_what_means_the_same_to_all(url: str) -> None:
    """Spellings that lead to one repository, whoever reads them."""
    _PROJECT.declared(_section(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2@github.com/acme/api.git",
        "https://:hunter2@github.com/acme/api.git",
        "https://user:hunter2@a@github.com/acme/api.git",
        "ssh://git:hunter2@example.com/acme/api.git",
        "https://hunter2@example.com/acme/api.git",
    ],
)
@pytest.mark.parametrize("integration", [None, "github_app", "git"])
def test_a_password_is_refused_and_not_repeated(url: str, integration: str | None) -> None:
    """Semaphore would drop it, or show it to all who may see the project."""
    with pytest.raises(ValidationError) as raised:
        _PROJECT.declared(_section(url, integration))
    assert "hunter2" not in str(raised.value)


def test_a_port_is_no_password() -> None:
    """Nor is a name."""
    for url in ("ssh://git@example.com/acme/api.git", "https://user@github.com/acme/api"):
        _PROJECT.declared(_section(url))


def test_a_url_that_fits_another_integration_is_unwritable() -> None:
    """Without its integration in the manifest it is the live one, or the default, that counts."""
    spec = settle(_PROJECT.declared(_section("https://gitlab.com/acme/api")))
    assert _PROJECT.unwritable(spec) == (
        "'git@gitlab.com:acme/api.git' is not the url of a repository at github.com, "
        "as integration_type github_token needs; did you mean gitlab?"
    )


def test_a_git_project_has_no_status() -> None:
    """Whatever is written there, the server answers with an empty list (A 2.1)."""
    section = _section("ssh://git@example.com/acme/api.git", "git")
    section["spec"]["repository"]["status"] = {"pipeline_files": [{"path": "a", "level": "block"}]}
    spec: Any = settle(_PROJECT.observed(section))
    assert spec.spec.repository.status.pipeline_files == ()
