"""A secret declared in a manifest, with values from anywhere, and what came of them."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.model import Address, DesiredState, Sealed
from reconciler.sources.resolve import resolve

# a key pair of age, made for these tests and good for nothing else
RECIPIENT = "age1fdd9fdm3l2ysw39jq5tuudfawqv04juq32xe54z63z9f0j9p9qdsa50t7e"
IDENTITY = "AGE-SECRET-KEY-166L705UXNPJJGH7EGTGU8V2XZCR07VUK0SGKMA0GKDJVXZZJ0L0S9ELZ7L"
PROGRAMS = str(Path(sys.executable).parent)
"""Where the packages of the virtual environment put their programs, ``sops`` among them."""

SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: %s}
data:
  env_vars:
%s"""
DB = Address("Secret", "", "db")


def write(
    folder: Path,
    env_vars: list[str] = [],  # noqa: B006 — never changed
    files: list[str] = [],  # noqa: B006 — never changed
    name: str = "db",
) -> None:
    """Write a secret whose items have these sources into m/sub; the first is in line 6."""
    variables = [f"  - {{name: V{n}, value_from: {{{s}}}}}\n" for n, s in enumerate(env_vars)]
    contents = [f"  - {{path: p{n}, content_from: {{{s}}}}}\n" for n, s in enumerate(files)]
    text = SECRET % (name, "".join(variables) or "  - {name: A, value: a}\n")
    text += f"  files:\n{''.join(contents)}" if contents else ""
    (folder / f"m/sub/{name}.yml").write_text(text)


def declared(
    folder: Path,
    env_vars: list[str] = [],  # noqa: B006 — never changed
    files: list[str] = [],  # noqa: B006 — never changed
) -> DesiredState:
    write(folder, env_vars, files)
    return load(["m"]).state


def secrets(state: DesiredState, address: Address = DB) -> list[Sealed]:
    data: Any = state.objects[address].spec.__getattribute__("data")
    return [item.value for item in data.env_vars] + [item.content for item in data.files]


def values(state: DesiredState, address: Address = DB) -> list[str]:
    return [secret.reveal() for secret in secrets(state, address)]


def read(
    state: DesiredState,
    environ: Mapping[str, str],
    only: Callable[[Address, str], bool] | None = None,
) -> DesiredState:
    return resolve(state, environ, only).whole()


def remarks(state: DesiredState, environ: dict[str, str]) -> list[str]:
    """Return what is said of values that can be used."""
    warnings = resolve(state, environ).warnings
    assert {str(warning.severity) for warning in warnings} <= {"warning"}
    assert "canary" not in str(warnings)
    return [str(warning).removeprefix("m/sub/") for warning in warnings]


def refusals(state: DesiredState, environ: dict[str, str]) -> list[str]:
    """Return what is said when nothing can be resolved, each without its place."""
    with pytest.raises(InvalidManifests) as raised:
        resolve(state, environ).whole()
    assert "canary" not in str(raised.value)
    return [problem.text.removeprefix("data.") for problem in raised.value.problems]


def problems(folder: Path, env_vars: list[str]) -> list[str]:
    """Return all that is wrong with a manifest that only names sources."""
    write(folder, env_vars)
    with pytest.raises(InvalidManifests) as raised:
        load(["m"])
    return [str(problem).removeprefix("m/sub/db.yml:") for problem in raised.value.problems]
