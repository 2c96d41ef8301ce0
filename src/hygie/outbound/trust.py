"""Whose certificates are believed."""

import ssl
from pathlib import Path


def trusted(authorities: Path | None) -> ssl.SSLContext:
    """The machine's authorities, and those of a file (PEM). Names are verified."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context
