"""Passkeys (WebAuthn level 3): what is asked of a browser, and what its answer proves. No I/O.

A passkey belongs to one host, the *relying party*: the one of the address that people use, which is
`HYGIE_PUBLIC_URL`, or without it that of the request. Letting the request say it is safe: a browser
gives a passkey to nobody but the host it was made for, which is kept with it and compared.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hygie.access.factors.rows import Passkey
from hygie.limits import CHALLENGE_MINUTES, MAX_ASSERTION_CHARACTERS

TIMEOUT_MS: Final = CHALLENGE_MINUTES * 60_000


@dataclass(frozen=True)
class Site:
    """The address by which people see this house: `https://hygie.example`."""

    origin: str

    @property
    def host(self) -> str:
        """The relying party's identifier."""
        return urlsplit(self.origin).hostname or ""

    @property
    def takes_passkeys(self) -> bool:
        """Whether browsers do here: over HTTPS or on the machine itself, and by a name (WebAuthn
        §5.1.3: an address is no relying party)."""
        named = not re.fullmatch(r"[0-9.]+|.*:.*", self.host)
        return named and (self.origin.startswith("https:") or self.host == "localhost")


@dataclass(frozen=True)
class Owner:
    """Whose passkey is made."""

    handle: bytes
    """Names the account to the authenticator, and nothing of its person."""
    name: str
    display: str


@dataclass(frozen=True)
class Made:
    """A passkey as it was registered."""

    credential: bytes
    key: bytes
    count: int
    verified: bool
    """Whether the authenticator verified who uses it."""


@dataclass(frozen=True)
class Used:
    """What an answer proves."""

    count: int
    verified: bool


def credential_id(credential: bytes) -> bytes:
    """What its row is found by."""
    return hashlib.sha256(credential).digest()


def registration(site: Site, owner: Owner, challenge: bytes, existing: Sequence[Passkey]) -> str:
    """What `navigator.credentials.create` is given, as JSON."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Hygie",
        user_id=owner.handle,
        user_name=owner.name,
        user_display_name=owner.display,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(site, existing),
    )
    return options_to_json(options)


def request(site: Site, challenge: bytes, passkeys: Sequence[Passkey] = ()) -> str:
    """What `navigator.credentials.get` is given, as JSON. Without passkeys: whichever its holder
    chooses, which then must verify who that is."""
    needed = UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(site, passkeys),
        user_verification=needed.PREFERRED if passkeys else needed.REQUIRED,
    )
    return options_to_json(options)


def challenge_of(answer: str) -> bytes:
    """The challenge that a browser's answer is to; empty when it cannot be read."""
    return _part(answer, lambda read: _client_data(read)["challenge"])


def credential_of(answer: str) -> bytes:
    """The passkey that a browser's answer comes from; empty when it cannot be read."""
    return _part(answer, lambda read: read["rawId"])


def handle_of(answer: str) -> bytes:
    """The handle that the authenticator knows its owner by; empty when it does not tell."""
    return _part(answer, lambda read: read["response"]["userHandle"])


def register(site: Site, answer: str) -> Made | None:
    """The passkey that was made; None when the answer is not one, or not for here.

    Whether the challenge is ours is the caller's to ask.
    """
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge_of(answer),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception:
        return None
    return Made(made.credential_id, made.credential_public_key, made.sign_count, made.user_verified)


def verify(site: Site, answer: str, passkey: Passkey) -> Used | None:
    """What the answer proves of that passkey; None when it proves nothing, or not here.

    Whether the challenge is ours, and the counter went forward, is the caller's to ask.
    """
    if passkey.rp != site.host:
        return None
    try:
        used = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge_of(answer),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.key,
            credential_current_sign_count=0,
        )
    except Exception:
        return None
    same = used.credential_id == passkey.credential
    return Used(used.new_sign_count, used.user_verified) if same else None


def went_back(passkey: Passkey, count: int) -> bool:
    """Whether the counter did not go forward: a copy was used meanwhile (WebAuthn §6.1.1). Those
    that do not count stay at 0."""
    return (count > 0 or passkey.count > 0) and count <= passkey.count


def _descriptors(site: Site, passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(one.credential) for one in passkeys if one.rp == site.host
    ]


def _part(answer: str, take: Any) -> bytes:
    if len(answer) > MAX_ASSERTION_CHARACTERS:
        return b""
    try:
        return base64url_to_bytes(take(msgspec.json.decode(answer)))
    except (msgspec.DecodeError, LookupError, TypeError, ValueError, AttributeError):
        return b""


def _client_data(read: Any) -> Any:
    return msgspec.json.decode(base64url_to_bytes(read["response"]["clientDataJSON"]))
