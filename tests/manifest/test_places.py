"""Each field has its place: file, line and column."""

from pathlib import Path

from reconciler.manifest import Loaded
from reconciler.model import Desired
from tests.manifest.declaring import PROJECT, Accepted


def test_places_of_fields(accepted: Accepted) -> None:
    """A field is found by its dotted path, an item by number, name or path, dots included."""
    loaded = accepted("""\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars:
  - name: TOKEN
    value: x
  files:
  - path: etc/a.conf
    content: eA==
""")
    (desired,) = loaded.state.objects.values()
    for path, place in {
        "data.env_vars.0.value": "m.yml:7:5",
        "data.env_vars.TOKEN.value": "m.yml:7:5",
        "data.files.etc/a.conf.content": "m.yml:10:5",
        "data.env_vars.TOKEN.nope": "m.yml:6:5",
        "data.env_vars.OTHER.value": "m.yml:5:3",
        "metadata.name": "m.yml:3:12",
        "spec": "m.yml:1:1",
    }.items():
        assert str(desired.place_of(path)) == place
    assert "" not in desired.places
    assert desired.root == "."


def test_places_are_those_of_the_text_that_was_read(accepted: Accepted, folder: Path) -> None:
    """Whatever becomes of the file since; of the second document as of the first."""
    loaded = accepted(PROJECT + "---\n" + PROJECT.replace(": api", ": web"))
    (folder / "m.yml").write_text("gone: true\n")
    places = [str(desired.place_of("spec.repository.url")) for desired in _sorted(loaded)]
    assert places == ["m.yml:7:5", "m.yml:15:5"]
    (folder / "m.yml").unlink()
    assert [str(desired.place_of("metadata.name")) for desired in _sorted(loaded)] == [
        "m.yml:4:3",
        "m.yml:12:3",
    ]


def _sorted(loaded: Loaded) -> list[Desired]:
    return sorted(loaded.state.objects.values(), key=lambda desired: desired.place)
