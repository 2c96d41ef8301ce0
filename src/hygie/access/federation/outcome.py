"""What goes wrong between us, a browser and a provider, as refusals.

A refusal's rule says to traces what was wrong, exactly; its sentence says to whoever signs in what
to do, and to an attacker nothing more.
"""

from hygie.access.federation.declaration import Provider
from hygie.access.federation.phrases import DOWN, INVALID
from hygie.refusal import Category, Refused, refuse


def invalid(provider: Provider, what: str) -> Refused:
    """What the provider, or whoever speaks in its name, said cannot be believed."""
    return refuse(
        Category.UNAUTHENTICATED, f"federation.{what}", INVALID, code="login", title=provider.title
    )


def down(provider: Provider, what: str) -> Refused:
    """The provider does not do its part now: `what` it failed at."""
    return refuse(
        Category.BUSY, f"federation.down.{what}", DOWN, code="transient", title=provider.title
    )


def rule_of(refused: Refused) -> str:
    return refused.refusal.issues[0].rule
