"""The roles that an account may have: those of the rights file."""

from hygie.access.phrases import BAD_ROLE
from hygie.access.rights.rights import Rights
from hygie.refusal import Category, refuse

Role = str
"""Name of a role of the rights file."""


def check_role(role: str, rights: Rights) -> Role:
    """Raises `Refused` when the rights file has no such role."""
    if role in rights.roles:
        return role
    roles = ", ".join(rights.roles)
    raise refuse(Category.INVALID, "access.role", BAD_ROLE, roles=roles)
