"""The providers that are declared in `DATA/fournisseurs.toml`, read once at start."""

from pathlib import Path
from typing import Final

from hygie.access.federation.checking import check
from hygie.access.federation.declaration import File, Provider, completed
from hygie.access.federation.footing import Footing
from hygie.limits.federation import MAX_PROVIDERS_BYTES
from hygie.refusal import Category, Phrase, refuse
from hygie.store.declared_toml import read_toml

NAME: Final = "fournisseurs.toml"
TOO_LONG: Final = Phrase(
    "fournisseurs.toml dépasse {limit} octets.", "fournisseurs.toml exceeds {limit} bytes."
)


def read_providers(data: Path, footing: Footing) -> tuple[Provider, ...]:
    """Every provider, in the order of the file; none without it. Raises `Refused`: the house does
    not open on a doubtful declaration."""
    try:
        with (data / NAME).open("rb") as file:
            raw = file.read(MAX_PROVIDERS_BYTES + 1)
    except FileNotFoundError:
        return ()
    if len(raw) > MAX_PROVIDERS_BYTES:
        limit = str(MAX_PROVIDERS_BYTES)
        raise refuse(Category.INVALID, "federation.size", TOO_LONG, limit=limit)
    providers = tuple(map(completed, read_toml(raw, File, "federation").provider))
    check(providers, footing)
    return providers
