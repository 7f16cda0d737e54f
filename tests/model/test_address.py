"""An address as text: one printable line, and of one object only."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.model import Address

_SMALL = st.text(st.sampled_from("ab/\\nx0\n\x1b\u202e []*?"), min_size=1, max_size=6)
_NAMES = _SMALL | st.text(min_size=1, max_size=8)
ADDRESSES = st.builds(
    lambda kind, name, project: KINDS[kind].address(name, project),
    st.sampled_from(sorted(KINDS)),
    _NAMES,
    _NAMES,
)
"""Of every kind, with any names: whether the server takes them or not, they are shown."""


@given(ADDRESSES, ADDRESSES)
def test_two_objects_never_read_the_same(one: Address, other: Address) -> None:
    """Whatever their names have in them."""
    assert (str(one) == str(other)) == (one == other)


@given(ADDRESSES)
def test_an_address_is_one_printable_line(address: Address) -> None:
    """It moves no cursor, and the parts of most names are in it as they are."""
    shown = str(address)
    assert shown.isprintable()
    assert shown.startswith(f"{address.kind}/")


def test_what_an_address_looks_like() -> None:
    """Slashes in names stay; what is no character of a line, and a backslash, is escaped."""
    shown = {
        Address("Project", "", "api"): "Project/api",
        Address("ProjectSecret", "a", "b/c"): "ProjectSecret/a/b/c",
        Address("ProjectSecret", "a/b", "c"): r"ProjectSecret/a\x2fb/c",
        Address("ArtifactsRetentionPolicy", "api", ""): "ArtifactsRetentionPolicy/api",
        Address("Notification", "", "a\nb"): r"Notification/a\nb",
        Address("Notification", "", r"a\nb"): r"Notification/a\\nb",
        Address("Notification", "", "日本 [x]"): "Notification/日本 [x]",
    }
    assert {address: str(address) for address in shown} == shown
