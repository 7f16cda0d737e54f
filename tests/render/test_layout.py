"""Where manifests go: the same each time, and no two in one place on any disk."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import Address
from reconciler.render.layout import Layout, layout

_NAMES = st.text(min_size=1, max_size=20) | st.sampled_from(
    ["a", "A", "é", "e\u0301", "con", "..", "/", "a/b"]
)


def _secrets(*names: str) -> list[str]:
    found = layout([Address("Secret", "", name) for name in names])
    return [
        found[Address("Secret", "", name)].removeprefix("organization/secrets/") for name in names
    ]


def test_a_tree_as_a_person_would_make_it() -> None:
    """The organization's own by kind, each project with what is in it."""
    addresses = {
        Address("Project", "", "web.site"): "projects/web.site/project.yml",
        Address("ArtifactsRetentionPolicy", "web.site", ""): "projects/web.site/artifacts.yml",
        Address("Schedule", "web.site", "nightly"): "projects/web.site/schedules/nightly.yml",
        Address("DeploymentTarget", "web.site", "eu"): "projects/web.site/targets/eu.yml",
        Address("ProjectSecret", "web.site", "db"): "projects/web.site/secrets/db.yml",
        Address("Secret", "", "db"): "organization/secrets/db.yml",
        Address("SelfHostedAgentType", "", "s1-x"): "organization/agent-types/s1-x.yml",
    }

    assert layout(addresses) == addresses


def test_names_that_are_files_names_stay_as_they_are() -> None:
    """Letters of every script, digits, dots, dashes and underscores."""
    assert _secrets("prod-db", "v1.2_x", "Grüße", "日本", "API") == [
        *("prod-db.yml", "v1.2_x.yml", "Grüße.yml", "日本.yml", "API.yml")
    ]


def test_other_names_become_what_is_left_of_them() -> None:
    """With a part of their hash only where that alone would not do."""
    assert _secrets("ops alerts", "@team: x", "..", "con", "x" * 120) == [
        "ops-alerts.yml",
        "team-x.yml",
        "5ec1f7e7.yml",
        "con-1143da2b.yml",
        f"{'x' * 100}-13f05a0b.yml",
    ]


def test_names_that_clash_on_a_disk_that_is_blind_to_case_are_told_apart() -> None:
    """The one that is in small letters keeps its name."""
    assert _secrets("api", "API", "Api") == ["api.yml", "API-c8e5998f.yml", "Api-ce111709.yml"]
    assert _secrets("API") == ["API.yml"]
    assert _secrets("ops alerts", "ops-alerts") == ["ops-alerts-f0c30752.yml", "ops-alerts.yml"]


def test_a_hash_that_is_in_another_name_is_longer() -> None:
    """Also where somebody means it."""
    assert _secrets("API", "api", "API-c8e5998f") == [
        *("API-c8e5998f6.yml", "api.yml", "API-c8e5998f.yml")
    ]


def test_a_folder_that_is_never_searched_is_not_used() -> None:
    """A project may have that name all the same."""
    address = Address("Project", "", "node_modules")
    assert layout([address])[address].startswith("projects/node_modules-")


@given(st.lists(_NAMES, unique=True, min_size=1))
def test_no_two_are_in_one_place(names: list[str]) -> None:
    """Whatever they are called, and in whatever order they come."""
    addresses = [Address("Schedule", home, name) for home in names[:3] for name in names]
    found = layout(addresses)
    folded = [unicodedata.normalize("NFKC", path).casefold() for path in found.values()]

    assert len(set(folded)) == len(addresses)
    assert layout(reversed(addresses)) == found
    for path in found.values():
        parts = path.split("/")
        assert len(parts) == 4
        assert all(part.strip(".") and len(part.encode()) < 200 for part in parts)
        assert path.isprintable()


def test_one_file_for_each_kind_or_project() -> None:
    """Fewer files, for who likes them."""
    addresses = [
        Address("Secret", "", "a"),
        Address("Secret", "", "b"),
        Address("Project", "", "p"),
    ]
    inside = Address("Schedule", "p", "s")

    assert list(layout([*addresses, inside], Layout.KIND).values()) == [
        "organization/projects.yml",
        "projects/schedules.yml",
        "organization/secrets.yml",
        "organization/secrets.yml",
    ]
    assert list(layout([*addresses, inside], Layout.PROJECT).values()) == [
        *("projects/p.yml", "projects/p.yml", "organization.yml", "organization.yml")
    ]
