"""What depends on what, as a picture that any browser shows: no script, no font, no network."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reconciler.model import Address
from reconciler.render.formats import ON_PAPER, Look
from reconciler.render.graph import Drawing, Needs
from reconciler.render.values import printable

_HIGH, _ROW, _BETWEEN, _EDGE = 26, 40, 90, 16
"""Pixels: of a box, from one to the next below it, between columns, and around everything."""
_LETTER: Final = 7.3
"""Pixels of a letter, all of which are as wide."""
_LONGEST: Final = 48
"""Letters in a box; its title has all of them."""
_STYLE: Final = (
    "text{font:12px ui-monospace,monospace;fill:#1f2328}rect{fill:#f6f8fa;stroke:#59636e}"
    ".undeclared{stroke-dasharray:4}path{fill:none;stroke:#59636e}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}rect{fill:#151b23;stroke:#9198a1}"
    "path{stroke:#9198a1}}"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a box is of, as a class for styles, and where in the page it leads, if anywhere."""

    sort: str
    link: str = ""


_NO_MARKS: Final[Mapping[Address, Mark]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    text: str


def svg(told: Drawing, _: Look = ON_PAPER) -> str:
    """Return the picture: what needs something is left of it, what is not declared is dashed."""
    return picture(told.needs, style=f"<style>{_STYLE}</style>\n")


def picture(found: Needs, marks: Mapping[Address, Mark] = _NO_MARKS, style: str = "") -> str:
    """Return the same for a place that may have styles of its own."""
    boxes = _placed(found)
    wide = max((box.x + box.width for box in boxes.values()), default=0) + _EDGE
    high = max((box.y + _HIGH for box in boxes.values()), default=0) + _EDGE
    size = f'width="{wide:.0f}" height="{high:.0f}" viewBox="0 0 {wide:.0f} {high:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
        f"<title>What depends on what</title>\n{style}".rstrip(),
        *(_arrow(boxes[a], boxes[other]) for a, needed in found.items() for other in needed),
        *(
            line
            for address, box in boxes.items()
            for line in _drawn(address, box, marks.get(address) or _mark(address, found))
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _placed(found: Needs) -> dict[Address, _Box]:
    """Place everything in columns, in order of addresses, what is needed by none in the first."""
    levels = _levels(found)
    columns: dict[int, list[Address]] = {}
    for address in sorted(levels):
        columns.setdefault(max(levels.values()) - levels[address], []).append(address)
    boxes: dict[Address, _Box] = {}
    left: float = _EDGE
    for _, members in sorted(columns.items()):
        texts = [_short(str(address)) for address in members]
        width = max(map(len, texts)) * _LETTER + 2 * _EDGE
        for row, (address, text) in enumerate(zip(members, texts, strict=True)):
            boxes[address] = _Box(left, _EDGE + row * _ROW, width, text)
        left += width + _BETWEEN
    return boxes


def _levels(found: Needs) -> Mapping[Address, int]:
    """Return how long the longest way is from each to what needs nothing; a circle counts once."""
    levels: dict[Address, int] = {}

    def level(address: Address, above: frozenset[Address]) -> int:
        if address in above:
            return 0
        if address not in levels:
            needed = found.get(address, ())
            levels[address] = 1 + max((level(o, above | {address}) for o in needed), default=-1)
        return levels[address]

    for address in found:
        level(address, frozenset())
    return levels


def _short(text: str) -> str:
    said = printable(text)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def _arrow(one: _Box, other: _Box) -> str:
    begin, end = one.x + one.width, other.x
    y, to, half = one.y + _HIGH / 2, other.y + _HIGH / 2, (end - begin) / 2
    return (
        f'<path d="M{begin:.0f} {y:.0f}C{begin + half:.0f} {y:.0f} {end - half:.0f} {to:.0f} '
        f'{end:.0f} {to:.0f}m-6 -4l6 4l-6 4"/>'
    )


def _mark(address: Address, found: Needs) -> Mark:
    return Mark("" if address in found else "undeclared")


def _drawn(address: Address, box: _Box, mark: Mark) -> Iterator[str]:
    whole = html.escape(printable(str(address)))
    look = f' class="{mark.sort}"' if mark.sort else ""
    yield f'<a href="{mark.link}">' if mark.link else "<g>"
    yield f"<title>{whole}</title>"
    at = f'x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{_HIGH}" rx="4"'
    yield f"<rect{look} {at}/>"
    baseline = box.y + _HIGH / 2 + 4
    yield f'<text x="{box.x + _EDGE:.0f}" y="{baseline:.0f}">{html.escape(box.text)}</text>'
    yield "</a>" if mark.link else "</g>"
