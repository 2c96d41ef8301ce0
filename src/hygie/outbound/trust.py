"""Whose certificates are believed, and which one is shown."""

import ssl
from pathlib import Path
from typing import NamedTuple

from hygie.outbound.phrases import IDENTITY
from hygie.refusal import Category, refuse


class Identity(NamedTuple):
    """Files (PEM) of the certificate by which we are known, with those that vouch for it, and of
    its key."""

    certificate: Path
    key: Path


def trusted(authorities: Path | None, identity: Identity | None = None) -> ssl.SSLContext:
    """The machine's authorities, and those of a file (PEM). Names are verified. Refused
    UNPROCESSABLE when the files of `identity` do not go together."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(authorities)
    if identity is not None:
        _show(context, identity)
    return context


def check_identity(identity: Identity) -> None:
    """Refused UNPROCESSABLE when its files do not go together."""
    _show(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), identity)


def _show(context: ssl.SSLContext, identity: Identity) -> None:
    """Nobody is asked for the password of a key."""
    try:
        context.load_cert_chain(*identity, password="")
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "reason", None) or type(error).__name__)
        raise refuse(
            Category.UNPROCESSABLE, "outbound.identity", IDENTITY, code="security", reason=reason
        ) from None
