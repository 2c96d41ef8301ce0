"""How somebody asks: what they may do, and in which form they want the answer."""

from collections.abc import Callable

import msgspec

from hygie.refusal import Language
from hygie.store.interactions.interaction import Permitted, Verb


def anything(_type: str, _verb: Verb) -> bool:
    """For the house's own components, which answer for what they do."""
    return True


def whatever(_type: str) -> bool:
    return True


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    permitted: Permitted = anything
    shown: Callable[[str], bool] = whatever
    """Whether what is written of a type may be given back."""
    base: str = ""
    """The server's base URL, without "/" at its end."""
    language: Language = "fr"
    lenient: bool = False
    """`Prefer: handling=lenient`: unknown search parameters are left out, and said to be."""
    representation: bool = False
    """`Prefer: return=representation`, for the entries of a bundle."""
    asker: str = ""
    """Who asks: what costs much is worked on for each of them in turn."""
