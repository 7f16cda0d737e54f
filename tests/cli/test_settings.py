"""Which organization is chosen, with which token, and what is said when it can't be."""

import pytest

from reconciler.cli import contexts, settings
from reconciler.cli.config_file import ConfigFile
from reconciler.cli.contexts import Contexts
from reconciler.cli.options import Options
from reconciler.errors import BadSettings

SEM = contexts.parse(
    b"""
active-context: acme
contexts:
  acme: {auth: {token: token-acme}, host: acme.semaphoreci.com}
  other: {auth: {token: token-other}, host: other.semaphoreci.com}
  local: {auth: {token: 0123456}, host: "localhost:8443/org-a"}
  twin1: {auth: {token: t1}, host: twin.semaphoreci.com}
  twin2: {auth: {token: t2}, host: twin.semaphoreci.com}
  bare: {auth: {}, host: bare.semaphoreci.com}
editor: nano
"""
)
FILE = ConfigFile(origin="reconciler.toml", organization="https://file.semaphoreci.com")
URL, TOKEN = settings.URL, settings.TOKEN


def chosen(
    asked: Options | None = None,
    environ: dict[str, str] | None = None,
    file: ConfigFile | None = None,
    sem: Contexts = SEM,
) -> tuple[str, str, str, str]:
    found = settings.choose(asked or Options(), environ or {}, file or ConfigFile(), lambda: sem)
    return found.url, found.url_origin, found.token.reveal(), found.token_origin


def refused(
    asked: Options | None = None,
    environ: dict[str, str] | None = None,
    file: ConfigFile | None = None,
    sem: Contexts = SEM,
) -> str:
    with pytest.raises(BadSettings) as raised:
        chosen(asked, environ, file, sem)
    return str(raised.value)


def test_flag_beats_environment_beats_file_beats_context() -> None:
    """The four places an organization can be named in are asked in this order."""
    flag = Options(org="https://flag.semaphoreci.com")
    environ = {URL: "https://env.semaphoreci.com", TOKEN: "secret"}
    token = {TOKEN: "secret"}
    assert chosen(flag, environ, FILE)[:2] == ("https://flag.semaphoreci.com", "--org")
    assert chosen(None, environ, FILE)[:2] == ("https://env.semaphoreci.com", URL)
    assert chosen(None, token, FILE)[:2] == ("https://file.semaphoreci.com", "reconciler.toml")
    assert chosen(None, token)[:2] == (
        "https://acme.semaphoreci.com",
        "active context acme of ~/.sem.yaml",
    )


def test_active_context_needs_nothing_else() -> None:
    """Who uses sem has no setup."""
    assert chosen() == (
        "https://acme.semaphoreci.com",
        "active context acme of ~/.sem.yaml",
        "token-acme",
        "context acme of ~/.sem.yaml",
    )


def test_token_of_environment_beats_context() -> None:
    """SEMAPHORE_API_TOKEN wins, without the blanks around it."""
    assert chosen(None, {TOKEN: " secret\n"})[2:] == ("secret", TOKEN)


def test_named_context_beats_environment_and_file() -> None:
    """--context is a flag: it names the organization too."""
    found = chosen(Options(context="other"), {URL: "https://env.semaphoreci.com"}, FILE)
    assert found[0::2] == ("https://other.semaphoreci.com", "token-other")


def test_context_names_are_found_whatever_the_case() -> None:
    """As sem finds them."""
    assert chosen(Options(context="OTHER"))[2] == "token-other"


def test_unquoted_token_is_what_it_is_to_sem() -> None:
    """0123456 is an octal number there; where it came from says that it has no quotes."""
    url, _, token, origin = chosen(Options(context="local"))
    assert (url, token) == ("https://localhost:8443/org-a", "42798")
    assert origin.startswith("context local of ~/.sem.yaml, where it is not in quotes")


def test_token_is_not_sent_to_another_host() -> None:
    """The active context's token stays with its host, and the error says so without it."""
    said = refused(Options(org="https://evil.example.com"))
    assert said == (
        "no token for https://evil.example.com (from --org): set SEMAPHORE_API_TOKEN. "
        "The token of context acme of ~/.sem.yaml is for acme.semaphoreci.com "
        "and is not sent elsewhere"
    )
    assert "not sent elsewhere" in refused(None, {URL: "https://acme.semaphoreci.com:444"})
    assert "not sent elsewhere" in refused(None, {}, FILE)
    assert "not sent elsewhere" in refused(
        Options(org="https://other.semaphoreci.com", context="acme")
    )
    assert "not sent elsewhere" in refused(
        Options(org="https://localhost:8443/org-b", context="local")
    )


def test_token_is_sent_to_its_own_host_however_it_is_written() -> None:
    """Case, port 443, the last slash and a final dot make no other host, nor does 127.0.0.1."""
    assert chosen(Options(org="https://ACME.semaphoreci.com:443/"))[2] == "token-acme"
    assert chosen(Options(org="https://acme.semaphoreci.com."))[2] == "token-acme"
    assert chosen(Options(org="http://127.0.0.1:8443/org-a"))[2] == "42798"


def test_context_is_found_by_host() -> None:
    """Another organization of the user has its token in its own context."""
    assert chosen(Options(org="other.semaphoreci.com")) == (
        "https://other.semaphoreci.com",
        "--org",
        "token-other",
        "context other of ~/.sem.yaml",
    )


def test_two_contexts_of_one_host_need_a_choice() -> None:
    """Two tokens for one host are not guessed between."""
    said = refused(Options(org="twin.semaphoreci.com"))
    assert said.endswith("or choose one of its contexts with --context: twin1, twin2")


def test_embedded_needs_no_token_and_reads_no_contexts() -> None:
    """The local Semaphore is there without any setup."""

    def unread() -> Contexts:
        raise AssertionError

    found = settings.choose(Options(org="embedded:x.db"), {TOKEN: "t"}, ConfigFile(), unread)
    assert (found.url, found.token.reveal(), found.host) == ("embedded:x.db", "", "embedded")


def test_complete_environment_reads_no_contexts() -> None:
    """A broken ~/.sem.yaml does not matter where it is not needed."""

    def unread() -> Contexts:
        raise AssertionError

    environ = {URL: "https://env.semaphoreci.com", TOKEN: "t"}
    assert settings.choose(Options(), environ, ConfigFile(), unread).host == "env.semaphoreci.com"


def test_nothing_given_says_what_to_do() -> None:
    """The error lists all the ways."""
    said = refused(sem=Contexts())
    for way in ("--org", URL, "reconciler.toml", "sem connect", "embedded:"):
        assert way in said


def test_an_active_context_that_is_not_there() -> None:
    """The error names it, and those that are there."""
    said = refused(sem=Contexts("gone", SEM.found))
    assert "~/.sem.yaml: its active context 'gone' is none of its contexts" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    ("words", "asked", "environ"),
    [
        ("--context nope: ~/.sem.yaml has no such context", Options(context="nope"), {}),
        ("did you mean 'acme'?", Options(context="acne"), {}),
        ("context bare of ~/.sem.yaml: has no token", Options(context="bare"), {}),
        ("--org: plain http would show the token", Options(org="http://a.example.com"), {}),
        (f"{URL}: ", Options(), {URL: "ftp://a.example.com"}),
        (f"{TOKEN}: the token has characters", Options(), {TOKEN: "canary canary"}),
    ],
)
def test_errors_name_the_origin(words: str, asked: Options, environ: dict[str, str]) -> None:
    """Every complaint says where the wrong value came from, and never shows a token."""
    said = refused(asked, environ)
    assert words in said
    assert "canary" not in said


def test_blank_variables_count_as_unset() -> None:
    """CI systems set variables to nothing."""
    assert chosen(None, {URL: "", TOKEN: " "})[0] == "https://acme.semaphoreci.com"
