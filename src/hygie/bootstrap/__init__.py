"""The one place, with the commands, that knows every room: it opens the house and wires it.

What serves it is in `front`: commands start in half the time without it.
"""

from hygie.bootstrap.background import collect_seldom
from hygie.bootstrap.house import House, furnished, open_house

__all__ = ["House", "collect_seldom", "furnished", "open_house"]
