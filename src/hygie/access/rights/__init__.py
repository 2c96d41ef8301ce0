"""Roles and rights, as data: `clinique.toml`, and what an establishment says instead."""

from hygie.access.rights.reading import read_rights, shipped
from hygie.access.rights.rights import Right, Rights, Role, Scope

__all__ = ["Right", "Rights", "Role", "Scope", "read_rights", "shipped"]
