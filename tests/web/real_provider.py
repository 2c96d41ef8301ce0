"""npm's certified `oidc-provider`, in a process of its own, and Hygie's pages as its client."""

import asyncio
import json
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from joserfc.jwk import ECKey, RSAKey
from tests.npm import installed
from tests.web.conftest import Site

from hygie.access.federation.checking import check
from hygie.access.federation.declaration import Provider, completed
from hygie.access.federation.federation import Federation
from hygie.access.federation.footing import Footing
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission

VERSION = "9.13.3"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
SECRET = "secret-de-l-hygie-pour-les-essais"


@dataclass(frozen=True)
class Pair:
    """A provider and its client, each on a port of this machine, on two sites."""

    site: Site
    address: str
    """Of Hygie."""
    issuer: str


def free_socket() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@contextmanager
def provider_running(folder: Path, told: dict[str, Any]) -> Iterator[None]:
    """`told`: what oidc_provider.mjs reads."""
    shutil.copy(SCRIPT, folder)
    process = subprocess.Popen(
        ["node", SCRIPT.name, json.dumps(told)], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def pair(site: Site, folder: Path, **declared: Any) -> AsyncIterator[Pair]:
    """Both, running. `declared`: of the declaration."""
    with free_socket() as ours, free_socket() as theirs:
        port = theirs.getsockname()[1]
        theirs.close()
        address = f"http://127.0.0.1:{ours.getsockname()[1]}"
        issuer = f"http://localhost:{port}"
        key = ECKey.generate_key("P-256", {"kid": "ours", "use": "sig"})
        files = {"secret": SECRET, "key.pem": key.as_pem(private=True).decode()}
        for name, text in files.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
        provider = completed(Provider(
            name="chu", title="CHU de l’Ain", issuer=issuer, client_id="hygie", secret="secret",
            scopes=("openid", "profile", "email", "groups"), acr_values=("silver",),
            acr_accepted=("silver", "gold"), strong_amr=("mfa",), **declared,
        ))  # fmt: skip
        told = {
            "issuer": issuer, "port": port, "acr": "silver",
            "client": client(address, provider, key),
            "jwks": {"keys": [
                RSAKey.generate_key(2048, {"kid": "theirs", "use": "sig"}).as_dict(private=True),
            ]},
            "people": {
                name: {
                    "name": display, "preferred_username": name,
                    "email": f"{name}@chu.example", "email_verified": True,
                    "groups": ["medecins"], "rpps": "10101010101",
                }
                for name, display in (("cmorel", "Claire Morel"), ("jdurand", "Jean Durand"))
            },
        }  # fmt: skip
        footing = Footing(address, (folder,))
        check((provider,), footing)
        with provider_running(installed("oidc-provider", VERSION), told):
            async with served(site, ours, provider, footing) as serving:
                yield Pair(serving, address, issuer)


def client(address: str, provider: Provider, key: ECKey) -> dict[str, Any]:
    """As the provider's administrator declares us."""
    found: dict[str, Any] = {
        "client_id": "hygie",
        "redirect_uris": [f"{address}/connexion/retour/chu"],
        "post_logout_redirect_uris": [f"{address}/connexion"],
        "backchannel_logout_uri": f"{address}/connexion/fin/chu",
        "backchannel_logout_session_required": True,
        "token_endpoint_auth_method": provider.authentication,
    }
    if provider.authentication == "private_key_jwt":
        public = key.as_dict(private=False)
        return found | {"jwks": {"keys": [public]}, "userinfo_signed_response_alg": "RS256"}
    return found | {"client_secret": SECRET}


@asynccontextmanager
async def served(
    site: Site, listener: socket.socket, provider: Provider, footing: Footing
) -> AsyncIterator[Site]:
    """The pages, signing in by this provider."""
    outbound = Outbound(read_permission("localhost"))
    federation = Federation(
        site.store.pool, site.keyring, site.ledger, (provider,), outbound, footing,
        open_session=site.access.open_session,
    )  # fmt: skip
    pages = site.rebuilt(federation=federation)
    config = uvicorn.Config(pages.app, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield pages
    finally:
        server.should_exit = True
        await task
        await federation.aclose()
        await outbound.close()
