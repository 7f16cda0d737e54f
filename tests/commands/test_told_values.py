"""Names of variables for secret values: readable, valid, and no two alike."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands.told_values import Telling, Values
from reconciler.kinds.secret_data import is_writable
from reconciler.model import Address, Sealed

_TEXTS = st.text(min_size=1, max_size=12) | st.sampled_from(["a", "A", "a-b", "a_b", "1", "日本"])


def _named(*values: tuple[Address, str]) -> list[str]:
    telling = Telling(Values.ENV)
    for address, path in values:
        telling.of(address, "x.yml")(path, Sealed())
    return list(telling.variables)


def test_a_name_says_what_it_is_for() -> None:
    """The project, the object, and what it is called there."""
    target = Address("DeploymentTarget", "web.site", "eu-1")
    assert _named(
        (Address("Secret", "", "prod-db"), "data.env_vars.PASSWORD.value"),
        (Address("Secret", "", "prod-db"), "data.files./home/key.pem.content"),
        (target, "spec.env_vars.TOKEN.value"),
        (Address("Notification", "", "ops"), "spec.rules.0.notify.webhook.endpoint"),
        (Address("Secret", "", "1"), "data.env_vars.A.value"),
    ) == [
        "SECRET_PROD_DB_PASSWORD",
        "SECRET_PROD_DB_HOME_KEY_PEM",
        "SECRET_WEB_SITE_EU_1_TOKEN",
        "SECRET_OPS_0_NOTIFY_WEBHOOK_ENDPOINT",
        "SECRET_1_A",
    ]


def test_what_would_be_called_the_same_gets_a_number() -> None:
    """Each one of its own."""
    one, other = Address("Secret", "", "a-b"), Address("Secret", "", "a_b")
    path = "data.env_vars.X.value"

    assert _named((one, path), (other, path)) == ["SECRET_A_B_X", "SECRET_A_B_X_2"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("https", "PROXY"),
        ("ld", "PRELOAD"),
        ("vault", "TOKEN"),
        ("xdg.state", "HOME"),
        ("", "PATH"),
    ],
)
def test_no_name_is_one_that_programs_obey(name: str, key: str) -> None:
    """The file of variables is sourced by whoever runs this program."""
    (found,) = _named((Address("Secret", "", name), f"data.env_vars.{key}.value"))
    assert found.startswith("SECRET_")


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("data.files.k.content", "AAE=", {"live": "keep"}),
        ("data.files.k.content", "eA==", {"env": "SECRET_S_K"}),
        ("data.env_vars.k.value", "AAE=", {"env": "SECRET_S_K"}),
    ],
    ids=["bytes with NUL", "bytes", "text"],
)
def test_what_no_variable_can_hold_stays(path: str, text: str, said: Mapping[str, str]) -> None:
    """A file with NUL bytes, which Semaphore shows."""
    telling = Telling(Values.ENV)
    assert telling.of(Address("Secret", "", "s"), "x.yml")(path, Sealed(text, live=True)) == said
    assert telling.kept == (said == {"live": "keep"})


@given(st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS), unique=True))
def test_every_value_has_a_name_of_its_own(names: list[tuple[str, str, str]]) -> None:
    """Whatever the objects and the variables are called."""
    values = [
        (Address("ProjectSecret", project, name), f"data.env_vars.{key}.value")
        for project, name, key in names
    ]
    found = _named(*values)

    assert len(found) == len(values)
    assert all(re.fullmatch("SECRET(_[A-Z0-9_]+)?", name) for name in found)


@pytest.mark.parametrize(
    ("text", "encoded", "may"),
    [
        ("x", False, True),
        ("two\nlines\n", False, True),
        ("", False, False),
        (" \n", False, False),
        ("********", False, False),
        ("0123456789abcdef0123456789abcdef [md5]", False, False),
        ("eA==", True, True),
        ("not base64!", True, False),
        ("KioqKg==", True, False),
    ],
)
def test_what_may_stand_in_a_manifest(text: str, encoded: bool, may: bool) -> None:
    """A value that would be read as something else stays where it is."""
    assert is_writable(Sealed(text, live=True), encoded=encoded) is may
