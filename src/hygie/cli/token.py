"""`hygie token`: bearer tokens for machine clients."""

import re
from datetime import timedelta

import click

from hygie.cli.options import House, with_house

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
