"""Reading every source that manifests name, or saying all that is missing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from reconciler.errors import InvalidManifests
from reconciler.model import Desired, DesiredState, EnvSource, FileSource, Problem, Sealed
from reconciler.sources.env import read_env
from reconciler.sources.file import read_file
from reconciler.sources.reader import Reader, Surroundings, Unavailable
from reconciler.sources.walk import exchange_secrets

READERS: Mapping[type, Reader] = MappingProxyType({EnvSource: read_env, FileSource: read_file})


def resolve(state: DesiredState, environ: Mapping[str, str]) -> DesiredState:
    """Return the state with every value in hand; raises InvalidManifests with every problem."""
    problems: list[Problem] = []
    objects = {
        address: _resolved(desired, environ, problems) for address, desired in state.objects.items()
    }
    if problems:
        raise InvalidManifests(problems)
    return replace(state, objects=objects)


def _resolved(desired: Desired, environ: Mapping[str, str], problems: list[Problem]) -> Desired:
    around = Surroundings(environ, str(Path(desired.place.file).parent), desired.root)

    def exchange(path: str, secret: Sealed) -> Sealed:
        if secret.source is None:
            return secret
        try:
            return secret.resolved(READERS[type(secret.source)](secret.source, around))
        except Unavailable as error:
            place = desired.place_of(f"{path}_from")
            problems.append(Problem(place, f"{path.rpartition('.')[0]}: {error}"))
            return secret

    spec = exchange_secrets(desired.spec, exchange)
    return desired if spec is desired.spec else replace(desired, spec=spec)
