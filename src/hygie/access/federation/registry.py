"""The providers that are declared in `DATA/fournisseurs.toml`, read once at start."""

from pathlib import Path
from typing import Final

from hygie.access.federation.checking import check
from hygie.access.federation.declaration import File, Provider, completed
from hygie.access.federation.footing import Footing
from hygie.limits.federation import MAX_PROVIDERS_BYTES
from hygie.store.declared_file import read_declared

NAME: Final = "fournisseurs.toml"


def read_providers(data: Path, footing: Footing) -> tuple[Provider, ...]:
    """Every provider, in the order of the file; none without it. Raises `Refused`: the house does
    not open on a doubtful declaration."""
    file = read_declared(data / NAME, File, "federation", MAX_PROVIDERS_BYTES)
    if file is None:
        return ()
    providers = tuple(map(completed, file.provider))
    check(providers, footing)
    return providers
