"""Whether providers may be declared so: refused with what is wrong, before anybody signs in."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from hygie.access.federation.client_key import read_client_key
from hygie.access.federation.declaration import ALGORITHMS, Provider
from hygie.access.federation.footing import Footing, find_secret, is_safe
from hygie.access.federation.phrases import BAD_DECLARATION, NO_PUBLIC_URL
from hygie.limits.federation import MAX_PROVIDERS
from hygie.refusal import Category, refuse

Wrong = tuple[str, str]
"""Why, in French and in English."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def check(providers: tuple[Provider, ...], footing: Footing) -> None:
    """Raises `Refused`. Whether anybody answers at the issuer's is not asked."""
    if providers and not footing.public_url:
        raise refuse(Category.INVALID, "federation.public-url", NO_PUBLIC_URL)
    names = Counter(one.name for one in providers)
    issuers = Counter(one.issuer for one in providers)
    for one in providers:
        wrong = [*_form(one), *_secrets(one, footing), *_matching(one)]
        if names[one.name] > 1:
            wrong.append(("ce nom sert deux fois", "this name is used twice"))
        if issuers[one.issuer] > 1:
            wrong.append(("cet émetteur sert deux fois", "this issuer is used twice"))
        if len(providers) > MAX_PROVIDERS:
            wrong.append((f"plus de {MAX_PROVIDERS}", f"more than {MAX_PROVIDERS}"))
        for reason_fr, reason_en in wrong:
            raise refuse(
                Category.INVALID, "federation.declaration", BAD_DECLARATION, code="value",
                provider=one.name, reason_fr=reason_fr, reason_en=reason_en,
            )  # fmt: skip


def _form(one: Provider) -> Iterator[Wrong]:
    if not NAME.fullmatch(one.name):
        yield (
            "name : lettres minuscules, chiffres et tirets, 32 au plus",
            "name: small letters, digits and hyphens, 32 at most",
        )
    if not 0 < len(one.title) <= 60 or not one.title.isprintable():
        yield "title : de 1 à 60 caractères visibles", "title: 1 to 60 visible characters"
    if not is_safe(one.issuer) or "?" in one.issuer:
        yield "issuer : il faut https://…", "issuer: expected https://…"
    if not one.client_id or not one.client_id.isprintable():
        yield "client_id : il manque", "client_id: is missing"
    if "openid" not in one.scopes:
        yield "scopes : il faut « openid »", "scopes: “openid” is needed"
    if not one.algorithms or not set(one.algorithms) <= set(ALGORITHMS):
        known = ", ".join(ALGORITHMS)
        yield f"algorithms : parmi {known}", f"algorithms: among {known}"
    if set(one.acr_values) - set(one.accepted):
        yield (
            "acr_accepted : ce qui est demandé n’y est pas",
            "acr_accepted: what is asked for is not in it",
        )


def _secrets(one: Provider, footing: Footing) -> Iterator[Wrong]:
    by_secret = one.authentication.startswith("client_secret")
    if by_secret and not one.secret:
        yield "secret : le fichier n’est pas nommé", "secret: the file is not named"
    if one.authentication == "private_key_jwt" and not one.key:
        yield "key : le fichier n’est pas nommé", "key: the file is not named"
    if one.authentication == "tls_client_auth" and not one.certificate:
        yield "certificate : le fichier n’est pas nommé", "certificate: the file is not named"
    if one.certificate and not one.key:
        yield "key : celle du certificat n’est pas nommée", "key: the certificate's is not named"
    key = find_secret(one.key, footing) if one.authentication == "private_key_jwt" else None
    if key is not None and read_client_key(key) is None:
        yield (
            "key : il faut une clé privée PEM (RSA 2048, P-256 ou Ed25519), sans mot de passe",
            "key: expected a private key in PEM (RSA 2048, P-256 or Ed25519), without password",
        )
    for name in ("secret", "key", "certificate"):
        file = getattr(one, name)
        if file and find_secret(file, footing) is None:
            known = ", ".join(map(str, footing.secrets))
            yield (
                f"{name} : pas de tel fichier, réservé à son propriétaire, sous {known}",
                f"{name}: no such file, readable by its owner alone, below {known}",
            )


def _matching(one: Provider) -> Iterator[Wrong]:
    if "national" in one.match and not one.claims.national:
        yield "claims.national : il manque", "claims.national: is missing"
    if "email" in one.match and not one.email_trusted:
        yield (
            "match = « email » demande email_trusted = true : ce fournisseur vérifie les adresses",
            "match = “email” needs email_trusted = true: this provider verifies addresses",
        )
    if one.create == "claims" and not (one.role and "link" in one.match):
        yield (
            "create = « claims » demande des role, et match avec « link »",
            "create = “claims” needs role rules, and match with “link”",
        )
