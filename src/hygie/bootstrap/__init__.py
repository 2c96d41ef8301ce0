"""The one place, with the commands, that knows every room: it opens the house and wires it."""

from hygie.bootstrap.background import collect_seldom
from hygie.bootstrap.front import application
from hygie.bootstrap.house import House, furnished, open_house

__all__ = ["House", "application", "collect_seldom", "furnished", "open_house"]
