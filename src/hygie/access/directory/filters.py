"""Filters (RFC 4515) made of parts, each escaped: nothing of what is compared can widen them."""

from collections.abc import Iterable

from ldap3.utils.conv import escape_filter_chars

from hygie.access.directory.declaration import Directory

EVERYTHING = "(objectClass=*)"


def people_filter(directory: Directory) -> str:
    """Those of its classes who have, of each attribute of `where`, one of its values."""
    parts = [_one_of("objectClass", directory.classes)]
    parts += [_one_of(name, values) for name, values in directory.where.items()]
    return f"(&{''.join(parts)})"


def equals(attribute: str, value: str) -> str:
    return f"({attribute}={escape_filter_chars(value)})"


def _one_of(attribute: str, values: Iterable[str]) -> str:
    return f"(|{''.join(equals(attribute, value) for value in values)})"
