"""What is declared of a provider: taken as it is meant, or refused before anybody signs in."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from hygie.access.federation.client_key import read_client_key
from hygie.access.federation.footing import Footing, find_secret
from hygie.access.federation.registry import NAME, read_providers
from hygie.limits.federation import MAX_PROVIDERS, MAX_PROVIDERS_BYTES
from hygie.refusal import Refused

PSC = """
[[provider]]
name = "psc"
title = "Pro Santé Connect"
kind = "psc"
issuer = "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet"
client_id = "hygie"
authentication = "client_secret_post"
secret = "psc.secret"
"""


@pytest.fixture
def footing(tmp_path: Path) -> Footing:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "psc.secret").write_text("x")
    (secrets / "psc.secret").chmod(0o600)
    (secrets / "open.secret").write_text("x")
    (secrets / "open.secret").chmod(0o644)
    (tmp_path / "outside").write_text("x")
    (tmp_path / "outside").chmod(0o600)
    (secrets / "link.secret").symlink_to(tmp_path / "outside")
    return Footing("https://hygie.example/", (secrets,))


def declared(tmp_path: Path, text: str) -> Path:
    (tmp_path / NAME).write_text(text)
    return tmp_path


def test_without_a_file_nobody(tmp_path: Path, footing: Footing) -> None:
    """Guards against a house that does not open without providers, or a public address."""
    assert read_providers(tmp_path, Footing("", ())) == ()


def test_pro_sante_connect_in_few_lines(tmp_path: Path, footing: Footing) -> None:
    """Guards against a declaration of Pro Santé Connect that leaves out what it demands."""
    (psc,) = read_providers(declared(tmp_path, PSC), footing)
    assert psc.discovery == "/.well-known/wallet-openid-configuration"
    assert psc.scopes == ("openid", "scope_all")
    assert (psc.acr_values, psc.accepted) == (("eidas1",), ("eidas1", "eidas2", "eidas3"))
    assert (psc.match, psc.claims.national) == (("national",), "SubjectNameID")
    assert psc.role_check
    assert footing.return_to("psc") == "https://hygie.example/connexion/retour/psc"


@pytest.mark.parametrize(
    "change",
    [
        ('name = "psc"', 'name = "Psc"'),
        ('name = "psc"', 'name = "../psc"'),
        ('title = "Pro Santé Connect"', 'title = ""'),
        ('title = "Pro Santé Connect"', 'title = "a\\u202eb"'),
        ("https://auth", "http://auth"),
        ("https://auth", "https://user@auth"),
        ("esante-wallet", "esante-wallet?x=1"),
        ("esante-wallet", "esante-wallet#x"),
        ('client_id = "hygie"', 'client_id = ""'),
        ('"psc.secret"', '""'),
        ('"psc.secret"', '"none.secret"'),
        ('"psc.secret"', '"open.secret"'),
        ('"psc.secret"', '"link.secret"'),
        ('"psc.secret"', '"../outside"'),
        ('"client_secret_post"', '"none"'),
        ('"client_secret_post"', '"private_key_jwt"'),
        ('"client_secret_post"', '"tls_client_auth"'),
        ('"psc.secret"', '"psc.secret"\nkey = "psc.secret"\nauthentication_ = "x"'),
        ('"psc.secret"', '"psc.secret"\nalgorithms = ["HS256"]'),
        ('"psc.secret"', '"psc.secret"\nalgorithms = ["none"]'),
        ('"psc.secret"', '"psc.secret"\nscopes = ["profile"]'),
        ('"psc.secret"', '"psc.secret"\nmatch = ["email"]'),
        ('"psc.secret"', '"psc.secret"\nmatch = ["name"]'),
        ('"psc.secret"', '"psc.secret"\ncreate = "claims"'),
        ('"psc.secret"', '"psc.secret"\nacr_values = ["eidas9"]'),
        ('"psc.secret"', '"psc.secret"\ncertificate = "psc.secret"'),
        ('kind = "psc"', 'kind = "oidc"\nmatch = ["national"]'),
        ("[[provider]]", "[[providers]]"),
        ("[[provider]]", "[["),
        (PSC, PSC + PSC),
        (PSC, PSC + PSC.replace('name = "psc"', 'name = "psc2"')),
        (PSC, "#" * (MAX_PROVIDERS_BYTES + 1)),
        (PSC, "x = " + "[" * 60_000),
    ],
    ids=lambda change: change[1][-40:],
)
def test_a_doubtful_declaration_opens_nothing(
    change: tuple[str, str], tmp_path: Path, footing: Footing
) -> None:
    """Guards against a declaration that lets in whoever it should not, or that nobody meant."""
    text = PSC.replace(*change)
    assert text != PSC
    with pytest.raises(Refused):
        read_providers(declared(tmp_path, text), footing)


def test_too_many(tmp_path: Path, footing: Footing) -> None:
    """Guards against a sign-in page without end."""
    many = "".join(
        PSC.replace('"psc"\nt', f'"p{n}"\nt').replace("wallet", f"wallet{n}")
        for n in range(MAX_PROVIDERS + 1)
    )
    with pytest.raises(Refused):
        read_providers(declared(tmp_path, many), footing)


def test_without_public_address(tmp_path: Path, footing: Footing) -> None:
    """Guards against an address to come back to that whoever asks chooses (`Host`)."""
    with pytest.raises(Refused, match=r"federation\.public-url"):
        read_providers(declared(tmp_path, PSC), Footing("", footing.secrets))


def test_secrets_lie_where_they_should(footing: Footing) -> None:
    """Guards against a declaration that reads any file of the machine."""
    assert find_secret("psc.secret", footing)
    for name in ("/etc/passwd", "../outside", "link.secret", "open.secret", "", "x\0y"):
        assert find_secret(name, footing) is None


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (lambda: rsa.generate_private_key(65537, 2048), "PS256"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (ed25519.Ed25519PrivateKey.generate, "EdDSA"),
        (lambda: rsa.generate_private_key(65537, 1024), None),
        (lambda: ec.generate_private_key(ec.SECP384R1()), None),
    ],
    ids=["rsa", "p256", "ed25519", "short", "p384"],
)  # fmt: skip
def test_keys_of_ours(key: object, algorithm: str | None, tmp_path: Path) -> None:
    """Guards against a key that signs by what no provider believes."""
    file = tmp_path / "key.pem"
    made = key()  # type: ignore[operator]
    file.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    found = read_client_key(file)
    assert (found.algorithm if found else None) == algorithm
    file.write_bytes(os.urandom(64))
    assert read_client_key(file) is None
