"""The picture of what depends on what."""

from itertools import combinations
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import Address
from reconciler.render.formats import FORMATS
from reconciler.render.graph import Drawing
from tests.render import hostile

SVG = "{http://www.w3.org/2000/svg}"
A, B, C, D = (Address("Secret", "", name) for name in "abcd")


def _drawn(needs: dict[Address, tuple[Address, ...]]) -> ET.Element:
    return ET.fromstring(FORMATS["svg"].written(Drawing(needs)))  # noqa: S314 — our own text


def _boxes(root: ET.Element) -> dict[str, tuple[float, float, float, float]]:
    """Return left, top, right and bottom of each box, by its title."""
    found = {}
    for group in root.iter(f"{SVG}g"):
        title, rect, _ = group
        x, y, width, height = (float(rect.attrib[k]) for k in ("x", "y", "width", "height"))
        found[title.text or ""] = (x, y, x + width, y + height)
    return found


def test_what_needs_something_is_left_of_it() -> None:
    """Each arrow leads to the right, and what is not declared is dashed."""
    root = _drawn({A: (B, C), B: (C,), D: ()})
    boxes = _boxes(root)

    assert boxes.keys() == {"Secret/a", "Secret/b", "Secret/c", "Secret/d"}
    assert boxes["Secret/a"][2] < boxes["Secret/b"][0]
    assert boxes["Secret/b"][2] < boxes["Secret/c"][0]
    assert len(list(root.iter(f"{SVG}path"))) == 3
    dashed = [each for each in root.iter(f"{SVG}rect") if each.get("class") == "undeclared"]
    assert len(dashed) == 1


def test_nothing_and_a_circle() -> None:
    """Neither is an accident."""
    assert _boxes(_drawn({})) == {}
    assert len(_boxes(_drawn({A: (B,), B: (A,)}))) == 2


@given(st.lists(st.builds(Address, st.just("Secret"), st.just(""), hostile.TEXTS), unique=True))
def test_any_name_stays_in_its_box(names: list[Address]) -> None:
    """It is XML with our elements alone, inside the picture, and no box lies on another."""
    root = _drawn(
        {address: tuple(names[:1]) for address in names[1:]} | dict.fromkeys(names[:1], ())
    )
    boxes = list(_boxes(root).values())

    known = {f"{SVG}{tag}" for tag in ("svg", "title", "style", "path", "g", "rect", "text")}
    assert {element.tag for element in root.iter()} <= known
    assert len(boxes) == len(names)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert all(x > 0 and y > 0 and right < wide and low < high for x, y, right, low in boxes)
    for one, other in combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
