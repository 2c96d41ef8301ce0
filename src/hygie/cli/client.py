"""`hygie client`: applications that act for people, or for themselves (SMART App Launch)."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from hygie.access.access import CONSOLE
from hygie.access.smart.registration import METHODS
from hygie.cli.options import House, as_json, with_house


@click.group()
def client() -> None:
    """Applications: those that registered, and what they may do."""


@client.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Applications, newest first: identifier, state, proof, name, scopes. Never their secrets."""
    for found in await house.access.smart.registry.list():
        known = msgspec.structs.replace(found, secret="")
        text = f"{known.id:<32} {known.state:<10} {known.method:<20} {known.name}  {known.scopes}"
        click.echo(msgspec.json.encode(known) if as_json else text)


@client.command()
@click.option("--name", required=True, help="What people will read.")
@click.option("--redirect", "redirects", multiple=True, help="Where answers go; may be repeated.")
@click.option("--launch", default="", help="Where a record opens it.")
@click.option("--scope", default="", help="The most it may be granted, e.g. 'patient/*.rs'.")
@click.option(
    "--method", type=click.Choice(METHODS), default="none", show_default=True,
    help="How it proves who it is.",
)  # fmt: skip
@click.option("--keys", default="", help="Its public keys (JWKS): a file, or the URL of one.")
@click.option("--role", "roles", multiple=True, help="Who may use it; without: any role.")
@as_json
@with_house
async def create(house: House, roles: tuple[str, ...], as_json: bool, **asked: Any) -> None:  # noqa: FBT001
    """Make an approved application; print its identifier, and its secret, shown this once."""
    made, secret = await house.access.smart.registry.create(_metadata(**asked), roles, by=CONSOLE)
    said = {"client_id": made.id, **({"client_secret": secret} if secret else {})}
    click.echo(json.dumps(said) if as_json else "\n".join(said.values()))


@client.command()
@click.argument("application")
@click.option("--scope", default="", help="The most it may be granted; without: what it asked for.")
@click.option("--role", "roles", multiple=True, help="Who may use it; without: any role.")
@with_house
async def approve(house: House, application: str, scope: str, roles: tuple[str, ...]) -> None:
    """Let APPLICATION in."""
    registry = house.access.smart.registry
    scopes = scope or (await registry.named(application)).scopes
    click.echo((await registry.approve(application, scopes, roles, by=CONSOLE)).scopes)


@client.command()
@click.argument("application")
@with_house
async def suspend(house: House, application: str) -> None:
    """Shut APPLICATION out: all that was granted it ends within seconds."""
    click.echo((await house.access.smart.registry.suspend(application, by=CONSOLE)).id)


@client.command("renew-secret")
@click.argument("application")
@with_house
async def renew_secret(house: House, application: str) -> None:
    """Print a new secret of APPLICATION, shown this once; the one before is worth nothing."""
    click.echo(await house.access.smart.registry.renew_secret(application, by=CONSOLE))


@client.command("rotate-key")
@with_house
async def rotate_key(house: House) -> None:
    """Sign id_tokens with a new key from now on; print its id. Those before still verify."""
    click.echo(await house.access.smart.issuing.rotate_key(CONSOLE))


def _metadata(
    *, name: str, redirects: tuple[str, ...], launch: str, scope: str, method: str, keys: str
) -> dict[str, Any]:
    """As an application itself would register (RFC 7591 §2)."""
    said: dict[str, Any] = {
        "client_name": name, "redirect_uris": list(redirects), "scope": scope,
        "token_endpoint_auth_method": method, "launch_uri": launch,
        "grant_types": ["authorization_code" if redirects else "client_credentials"],
    }  # fmt: skip
    if keys.startswith(("https://", "http://")):
        said["jwks_uri"] = keys
    elif keys:
        said["jwks"] = json.loads(Path(keys).read_text("utf-8"))
    return said
