"""Names that look alike, in one set of manifests: a warning, and still two objects."""

from pathlib import Path

import pytest

from reconciler.manifest import load

SCHEDULE = """\
apiVersion: v1.2
kind: Schedule
metadata: {name: "%s"}
spec:
  project: %s
  recurring: false
  reference: {type: BRANCH, name: main}
  pipeline_file: n.yml
"""


def _warnings(folder: Path, *names: str, project: str = "api") -> list[str]:
    """Put each in a file of its own; the second is perhaps in another project."""
    homes = ("api", project)
    for number, (name, home) in enumerate(zip(names, homes, strict=True)):
        (folder / f"{number}.yml").write_text(SCHEDULE % (name, home))
    loaded = load([f"{number}.yml" for number in range(len(names))])
    assert len(loaded.state.objects) == len(names)
    return [str(problem) for problem in loaded.warnings]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("nightly", "nightly "), ("two words", "two\\u00a0words"), ("nightly", "night\\u200bly")),
        *(
            ("caf\\u00e9", "cafe\\u0301"),
            ("fix", "\\ufb01x"),
            ("a b", "a  b"),
            ("a-b", "a\\u2010b"),
        ),
        *(("api", "\\u0430\\u0440i"), ("Ops", "\\u043eps"), ("job-1", "job-l"), ("web0", "webO")),
        *(("x\\ufe0f", "x"), ("\\u0391\\u0392", "AB"), ("\\u202eabc", "abc")),
    ],
)
def test_what_prints_alike(folder: Path, one: str, other: str) -> None:
    """Blanks, what shows nothing, forms of Unicode, letters of another script."""
    (warning,) = _warnings(folder, one, other)
    assert "looks like Schedule/api/" in warning
    shown = [f"'{name}'".encode().decode("unicode_escape") for name in (one, other)]
    assert all(f"{ascii(name)[1:-1]}" in warning for name in shown)


@pytest.mark.parametrize(("one", "other"), [("Nightly", "nightly"), ("Übung", "übung")])
def test_case_alone(folder: Path, one: str, other: str) -> None:
    """It names both, with the place of either."""
    number = [one, other].index(max(one, other))
    first, second = sorted((one, other))
    assert _warnings(folder, one, other) == [
        (
            f"{number}.yml:3:12: warning: Schedule/api/{second} looks like Schedule/api/{first} at "
            f"{1 - number}.yml:1:1, but for upper and lower case: to Semaphore they are two"
        )
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("nightly", "nightly-2"), ("rn", "m"), ("日本", "日木"), ("a.b", "a-b")]
)
def test_what_does_not(folder: Path, one: str, other: str) -> None:
    """Nobody takes them for each other, or only in some fonts."""
    assert _warnings(folder, one, other) == []


def test_only_where_they_could_be_one(folder: Path) -> None:
    """In another project it is another thing anyway; what must not exist is about to go."""
    assert _warnings(folder, "nightly", "Nightly", project="web") == []
    (folder / "1.yml").write_text(SCHEDULE % ("Nightly", "api") + "reconciler: {absent: true}\n")
    assert load(["0.yml", "1.yml"]).warnings == ()


def test_each_is_told_once(folder: Path) -> None:
    """Three of a kind are two warnings."""
    names = ("api", "API", "\\u0430pi")
    for number, name in enumerate(names):
        (folder / f"{number}.yml").write_text(SCHEDULE % (name, "api"))
    assert len(load([f"{number}.yml" for number in range(3)]).warnings) == 2
