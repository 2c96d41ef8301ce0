"""The store that a command is about."""

from hygie.ops import phrases
from hygie.refusal import Category, refuse
from hygie.settings import Settings


def require_store(settings: Settings) -> None:
    """Refused NOT_FOUND where there is none, rather than making an empty one."""
    if not settings.database_url and not (settings.data / "postgres").exists():
        raise refuse(Category.NOT_FOUND, "ops.no-store", phrases.NO_STORE, path=str(settings.data))
