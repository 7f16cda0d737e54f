"""Write which version of each package the checks run with: the newest, and the lowest we declare.

``pinned.txt`` holds what an installer takes today; ``lowest.txt`` the minimums of pyproject.toml,
and beside them what else that needs. Both are committed, so that a checkout of any day is installed
as it was tried, whatever has been published since.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "constraints"
_MINIMUM: Final = re.compile(r"([A-Za-z0-9._-]+)>=([0-9.]+)")
_OURS: Final = {"test", "dev", "site"}
"""Extras that no user installs."""
_NAME: Final = "semaphore-reconciler"


def minimums(pyproject: Mapping[str, Any]) -> dict[str, str]:
    """Return the lowest version of each package that the program is built of, and needs."""
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    return _lowest(
        [
            *pyproject["build-system"]["requires"],
            *project["dependencies"],
            *(word for name in sorted(extras.keys() - _OURS) for word in extras[name]),
        ]
    )


def tools(pyproject: Mapping[str, Any]) -> list[str]:
    """Return the names of the packages that only the tests need."""
    words = pyproject["project"]["optional-dependencies"]["test"]
    return [match[1] for word in words if (match := _MINIMUM.match(word))]


def read(path: Path) -> dict[str, str]:
    """Return the versions that a file of constraints has, by name."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def _lowest(requirements: Iterable[str]) -> dict[str, str]:
    """Return each minimum; an error if one has none."""
    found = {word: _MINIMUM.match(word) for word in requirements}
    if unbounded := [word for word, match in found.items() if match is None]:
        raise SystemExit(f"pyproject.toml declares no minimum: {', '.join(unbounded)}")
    return {match[1]: match[2] for match in found.values() if match}


def _lines(versions: Mapping[str, str]) -> str:
    return "".join(f"{name}=={versions[name]}\n" for name in sorted(versions, key=str.lower))


def _resolved(extra: str, constraints: Mapping[str, str]) -> dict[str, str]:
    """Return what an extra, or several, brings into a new environment under these constraints."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "constraints.txt"
        given.write_text(_lines(constraints))
        python = Path(folder) / "venv" / "bin" / "python"
        _run(sys.executable, "-m", "venv", str(python.parent.parent))
        builder = _pyproject()["build-system"]["requires"]
        _run(str(python), "-m", "pip", "install", "-q", "-c", str(given), *builder, f".[{extra}]")
        return dict(_frozen(_run(str(python), "-m", "pip", "freeze")))


def _frozen(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, version = line.partition("==")
        if version and name != _NAME:
            yield name, version


def _run(*command: str) -> str:
    """Return what an installer prints; what it complains of is shown if it fails."""
    ran = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"{ran.stderr}{' '.join(command)} failed")
    return ran.stdout


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def main() -> None:
    """Resolve both sets anew and write them."""
    pyproject = _pyproject()
    pinned = _resolved("dev,site", {})
    as_pinned = {name: pinned[name] for name in tools(pyproject)}
    lowest = _resolved("test", as_pinned | minimums(pyproject))
    for name, versions in (("pinned", pinned), ("lowest", lowest)):
        head = f"# Written by `make constraints`: {_ABOUT[name]}\n"
        (FOLDER / f"{name}.txt").write_text(head + _lines(versions))


_ABOUT: Final = {
    "pinned": "what `make dev`, `make test`, `make demo`, `make site` and CI install.",
    "lowest": "the minimums that pyproject.toml declares, for `make test-lowest`.",
}

if __name__ == "__main__":
    main()
