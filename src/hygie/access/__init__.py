"""Who may come in, and what for: accounts, sessions, machine clients, scopes, roles."""

from hygie.access.access import Access
from hygie.access.csrf import check_csrf, csrf
from hygie.access.model import Account, Client, Session, Stage, Token
from hygie.access.rights.rights import Capability, Rights
from hygie.access.roles import Role
from hygie.access.scopes import Scopes, parse_scopes

__all__ = [
    "Access", "Account", "Capability", "Client", "Rights", "Role", "Scopes", "Session", "Stage",
    "Token", "check_csrf", "csrf", "parse_scopes",
]  # fmt: skip
