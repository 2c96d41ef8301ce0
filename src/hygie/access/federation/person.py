"""Whom a provider speaks of, out of its claims. Pure."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hygie.access.federation.declaration import Provider
from hygie.access.federation.identity_token import Claims
from hygie.access.federation.outcome import invalid
from hygie.access.federation.phrases import TOO_WEAK
from hygie.limits import MAX_DISPLAY_CHARACTERS, MAX_NAME_CHARACTERS
from hygie.refusal import Category, refuse

FEDERATED: Final = "fed"
"""That another vouches for it (NIST's word, beside those of RFC 8176)."""
SEVERAL: Final = "mfa"
"""RFC 8176: by several factors."""
WORST: Final = 64
"""Values of one claim that are read."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, as one provider knows them."""

    subject: str
    """The provider's own name for them, never given to another."""
    national: str = ""
    email: str = ""
    """Only one that a trusted provider says it verified."""
    display: str = ""
    login: str = ""
    roles: frozenset[str] = frozenset()
    """That what is said of them allows."""
    session: str = ""
    """Of the provider: what it will say has ended."""
    acr: str = ""
    amr: tuple[str, ...] = ()
    """How they signed in, as our session keeps it."""


def person(provider: Provider, claims: Claims) -> Person:
    """Raises `Refused` when the level of authentication is not one that suffices."""
    acr = _text(claims, "acr")[:WORST]
    if provider.accepted and acr not in provider.accepted:
        raise refuse(
            Category.UNAUTHENTICATED, "federation.level", TOO_WEAK, code="login",
            title=provider.title,
        )  # fmt: skip
    named = provider.claims
    trusted = provider.email_trusted and claims.get("email_verified") is True
    return Person(
        subject=claims["sub"],
        national=_short(provider, claims, named.national),
        email=_short(provider, claims, named.email).casefold() if trusted else "",
        display=_display(claims, named.name)[:MAX_DISPLAY_CHARACTERS],
        login=_text(claims, named.login)[:MAX_NAME_CHARACTERS],
        roles=frozenset(
            rule.role for rule in provider.role if rule.value in set(values(claims, rule.claim))
        ),
        session=_text(claims, "sid"),
        acr=acr,
        amr=_means(provider, claims, acr),
    )


def values(claims: Claims, name: str) -> Iterator[str]:
    """Each text under `name`, wherever Pro Santé Connect puts it; groups, in lists, of others."""
    yield from _texts(claims.get(name))
    reference = claims.get("SubjectRefPro")
    practices = reference.get("exercices") if isinstance(reference, dict) else None
    for practice in practices[:WORST] if isinstance(practices, list) else ():
        if isinstance(practice, dict):
            yield from _texts(practice.get(name))


def _texts(found: Any) -> Iterator[str]:
    for one in found[:WORST] if isinstance(found, list) else [found]:
        if isinstance(one, str):
            yield one


def _means(provider: Provider, claims: Claims, acr: str) -> tuple[str, ...]:
    """Marked as the provider's word, so that none of it passes for one of ours."""
    means = set(_texts(claims.get("amr")))
    strong = acr in provider.strong_acr or means & set(provider.strong_amr)
    told = (FEDERATED, f"by:{provider.name}", *([f"acr:{acr}"] if acr else ()))
    return (*told, SEVERAL) if strong else told


def _display(claims: Claims, name: str) -> str:
    parts = (_text(claims, "given_name"), _text(claims, "family_name"))
    return _text(claims, name) or " ".join(part for part in parts if part)


def _text(claims: Claims, name: str) -> str:
    found = claims.get(name) if name else None
    return found if isinstance(found, str) and found.isprintable() else ""


def _short(provider: Provider, claims: Claims, name: str) -> str:
    """What an account may be found by: never cut, which would make two of it alike."""
    found = _text(claims, name).strip()
    if len(found) > MAX_DISPLAY_CHARACTERS:
        raise invalid(provider, "claims")
    return found
