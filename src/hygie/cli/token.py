"""`hygie token`: bearer tokens for machine clients."""

import re
from datetime import timedelta

import click
import msgspec

from hygie.cli.options import House, as_json, with_house

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType[timedelta]):
    """`30m`, `1h`, `7d`."""

    name = "duration"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9]\d{0,4})([mhd])", value)
        if not found:
            self.fail(f"{value!r} is not a duration: 30m, 1h, 7d", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.group()
def token() -> None:
    """Bearer tokens for machine clients."""


@token.command()
@click.option("--scope", required=True, help="SMART scopes, e.g. 'system/*.cruds'.")
@click.option("--ttl", type=Duration(), default="1h", show_default=True, help="30m, 1h, 7d…")
@click.option("--name", default="cli", show_default=True, help="Who will use it: kept in traces.")
@with_house
async def create(house: House, scope: str, ttl: timedelta, name: str) -> None:
    """Print a new token, alone on standard output. It is shown this once only."""
    click.echo(await house.access.create_token(name, scope, ttl))


@token.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Tokens ever made, newest first: number, name, scopes, end. Never their secrets."""
    for known in await house.access.list_tokens():
        state = "revoked" if known.revoked else f"until {known.expires:%Y-%m-%d %H:%M}"
        text = f"{known.id:>6}  {known.name:<20} {known.scopes:<24} {state}"
        click.echo(msgspec.json.encode(known) if as_json else text)


@token.command()
@click.argument("number", type=int)
@with_house
async def revoke(house: House, number: int) -> None:
    """Withdraw token NUMBER: refused everywhere within five seconds."""
    await house.access.revoke_token(number)
    click.echo(number)
