"""What an administrator says of an identity provider: one `[[provider]]` of fournisseurs.toml."""

from typing import Final, Literal

import msgspec

Kind = Literal["oidc", "psc"]
Authentication = Literal[
    "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"
]
"""How Hygie proves to the provider who it is (OpenID Connect Core §9, RFC 8705)."""
Mark = Literal["national", "email", "link"]
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Signatures that are believed: never `none`, nor those of a shared secret. RFC 9864
says Ed25519 for what most still call EdDSA."""


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which names the provider says who somebody is; empty: it does not."""

    national: str = ""
    """National identifier (RPPS, ADELI), as `Account.national` has it."""
    email: str = "email"
    name: str = "name"
    login: str = "preferred_username"


class RoleRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose claim has this value may have this role."""

    claim: str
    value: str
    role: str


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One provider. What is empty is as its kind usually has it (`completed`)."""

    name: str
    """In addresses and traces: "psc"."""
    title: str
    """On the sign-in page: "Pro Santé Connect"."""
    issuer: str
    client_id: str
    kind: Kind = "oidc"
    discovery: str = ""
    """Path, below the issuer, of what the provider says of itself."""
    authentication: Authentication = "client_secret_basic"
    secret: str = ""
    """File of the client secret, in a directory of secrets."""
    key: str = ""
    """File (PEM) of the private key: for `private_key_jwt`, or of the certificate."""
    key_id: str = ""
    certificate: str = ""
    """File (PEM) of the certificate shown to the provider."""
    scopes: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    """Levels of authentication that are asked for."""
    acr_accepted: tuple[str, ...] = ()
    """Levels that suffice; empty: those that are asked for. With neither: whatever level."""
    strong_acr: tuple[str, ...] = ()
    """Levels that are worth a second factor."""
    strong_amr: tuple[str, ...] = ()
    """Means ("mfa", "hwk") that are worth one (RFC 8176)."""
    max_age_minutes: int = 0
    """How long ago somebody may have proven who they are to the provider; 0: it decides."""
    algorithms: tuple[str, ...] = ALGORITHMS
    match: tuple[Mark, ...] = ()
    """How an account is found, in order."""
    email_trusted: bool = False
    """Whether the addresses it says are verified are believed to be."""
    create: Literal["never", "claims"] = "never"
    """Whether somebody without account gets one, with the role that `role` gives."""
    claims: Claims = Claims()
    role: tuple[RoleRule, ...] = ()
    logout: bool = True
    """Whether who signs out here signs out there as well."""
    logout_untyped: bool = False
    """Whether it may end sessions by a word that does not say what it is: older providers do."""
    role_check: bool = False
    """Whether a role that `role` names is refused to whom the claims do not give it."""

    @property
    def accepted(self) -> tuple[str, ...]:
        return self.acr_accepted or self.acr_values


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of fournisseurs.toml."""

    provider: tuple[Provider, ...] = ()


PROFESSIONS: Final = (
    ("10", "physician"), ("40", "physician"), ("50", "physician"), ("60", "nurse"),
)  # fmt: skip
"""Codes of professions (TRE_G15) that Pro Santé Connect gives, with the role each may have."""
USUAL: Final[dict[Kind, dict[str, object]]] = {
    "oidc": {
        "discovery": "/.well-known/openid-configuration",
        "scopes": ("openid", "profile", "email"),
        "match": ("link",),
    },
    "psc": {
        "discovery": "/.well-known/wallet-openid-configuration",
        "scopes": ("openid", "scope_all"),
        "acr_values": ("eidas1",),
        "acr_accepted": ("eidas1", "eidas2", "eidas3"),
        "strong_acr": ("eidas1", "eidas2", "eidas3"),
        "match": ("national",),
        "role": tuple(RoleRule("codeProfession", code, role) for code, role in PROFESSIONS),
    },
}
"""Of Pro Santé Connect: its reference and technical documentation; a card or an application with
its code are two factors at every level."""


def completed(provider: Provider) -> Provider:
    """With what is usual for its kind where nothing was said."""
    missing = {
        name: value for name, value in USUAL[provider.kind].items() if not getattr(provider, name)
    }
    if provider.kind == "psc":
        missing["role_check"] = True
        missing["claims"] = Claims(national="SubjectNameID")
    return msgspec.structs.replace(provider, **missing)
