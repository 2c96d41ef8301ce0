"""The private key by which Hygie proves to a provider who it is (`private_key_jwt`)."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from hygie.access.federation.identity_token import Believed
from hygie.limits.federation import MIN_RSA_BITS

ASSERTION_SECONDS: Final = 60


class ClientKey(NamedTuple):
    """A key of ours, and the algorithm it signs by."""

    key: RSAKey | ECKey | OKPKey
    algorithm: str

    def assertion(self, client_id: str, key_id: str, audience: str, now: datetime) -> str:
        """That we are this client: RFC 7523, §2.2; good once, for a minute."""
        header = {"alg": self.algorithm, "typ": "JWT", **({"kid": key_id} if key_id else {})}
        instant = int(now.timestamp())
        claims = {
            "iss": client_id, "sub": client_id, "aud": audience, "iat": instant,
            "jti": secrets.token_urlsafe(16), "exp": instant + ASSERTION_SECONDS,
        }  # fmt: skip
        return jwt.encode(header, claims, self.key, registry=Believed((self.algorithm,)))


def read_client_key(path: Path) -> ClientKey | None:
    """None unless the file holds a private key (PEM, without password) that signs as is believed
    of others."""
    try:
        raw = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    if isinstance(raw, rsa.RSAPrivateKey) and raw.key_size >= MIN_RSA_BITS:
        return ClientKey(RSAKey.import_key(raw), "PS256")
    if isinstance(raw, ec.EllipticCurvePrivateKey) and isinstance(raw.curve, ec.SECP256R1):
        return ClientKey(ECKey.import_key(raw), "ES256")
    if isinstance(raw, ed25519.Ed25519PrivateKey):
        return ClientKey(OKPKey.import_key(raw), "EdDSA")
    return None
