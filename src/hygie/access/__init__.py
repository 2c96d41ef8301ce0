"""Who may come in, and what for: accounts, sessions, machine clients, scopes, roles."""

from hygie.access.access import Access
from hygie.access.csrf import check_csrf, csrf
from hygie.access.model import Account, Client, Session, Stage, Token
from hygie.access.roles import Capability, Role, capabilities, permits
from hygie.access.scopes import Scopes, parse_scopes

__all__ = [
    "Access", "Account", "Capability", "Client", "Role", "Scopes", "Session", "Stage", "Token",
    "capabilities", "check_csrf", "csrf", "parse_scopes", "permits",
]  # fmt: skip
