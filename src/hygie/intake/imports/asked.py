"""What an import is asked for: kept, sealed, for whoever makes it."""

import msgspec


class Input(msgspec.Struct, frozen=True):
    """One file."""

    type: str
    """Of every resource in it."""
    url: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    """Of the request."""
    inputs: tuple[Input, ...]


class Fault(msgspec.Struct, frozen=True):
    """Why a line was not filed, in both languages."""

    rule: str
    fr: str
    en: str
