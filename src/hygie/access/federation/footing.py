"""What the house gives to providers, and what it trusts of theirs."""

from pathlib import Path
from typing import Final, NamedTuple

from hygie.files import real
from hygie.outbound.place import read_place
from hygie.refusal import Refused

OURSELVES: Final = ("127.0.0.1", "::1", "localhost")
"""Hosts that may be a provider without TLS: this machine."""


class Footing(NamedTuple):
    """What the house gives to providers."""

    public_url: str
    """Address that people use, and that providers send back to."""
    secrets: tuple[Path, ...]
    """Directories below which files of keys and secrets lie."""

    @property
    def door(self) -> str:
        """The sign-in page: where a browser comes back to once it signed out."""
        return f"{self.public_url.rstrip('/')}/connexion"

    def return_to(self, provider: str) -> str:
        """The address that a provider sends back to: declared there, letter for letter."""
        return f"{self.public_url.rstrip('/')}/connexion/retour/{provider}"


def is_safe(url: str) -> bool:
    """Whether it is an address of HTTPS, or of this machine itself."""
    try:
        place = read_place(url)
    except Refused:
        return False
    return place.scheme == "https" or place.host in OURSELVES


def find_secret(name: str, footing: Footing) -> Path | None:
    """The file of that name below a directory of secrets, links followed; None unless there is one
    that its owner alone can read."""
    for directory in footing.secrets:
        home, found = real(directory), real(directory / name)
        if home is None or found is None or not found.is_relative_to(home):
            continue
        if found.is_file() and not found.stat().st_mode & 0o077:
            return found
    return None
