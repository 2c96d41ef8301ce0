"""`hygie providers`: identity providers that people sign in by."""

import sys

import click
import msgspec

from hygie.access.federation.examining import Report
from hygie.access.federation.footing import Footing
from hygie.cli.options import House, as_json, with_house


@click.group()
def providers() -> None:
    """Identity providers that people sign in by.

    They are declared in fournisseurs.toml of the data directory, and read once at start.
    """


@providers.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Declared providers: name, title, issuer, how accounts are found, where they send back to."""
    footing = Footing(house.settings.public_url, house.settings.secrets)
    known = house.federation.providers()
    if not known and not as_json:
        click.echo("Aucun fournisseur n’est déclaré : fournisseurs.toml du répertoire de données.")
    for one in known:
        back = footing.return_to(one.name)
        if as_json:
            click.echo(msgspec.json.encode(msgspec.to_builtins(one) | {"return_to": back}))
        else:
            click.echo(f"{one.name:<12} {one.title:<30} {one.issuer}")
            click.echo(f"    match: {', '.join(one.match)}; return: {back}")


@providers.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@as_json
@with_house
async def check(house: House, names: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """Ask each provider (or those of these NAMEs) what it says of itself, and compare it with its
    declaration. Nobody is signed in. Exit status 1 if somebody could not sign in."""
    every = [one.name for one in house.federation.providers()]
    reports = [await house.federation.examine(name) for name in names or every]
    for one in reports:
        click.echo(msgspec.json.encode(one) if as_json else _told(one))
    if not all(one.well for one in reports):
        sys.exit(1)


def _told(one: Report) -> str:
    lines = [f"{one.provider:<12} {'well' if one.well else 'FAULTY'}"]
    lines += [f"    {fault}" for fault in one.faults]
    lines += [f"    (remark) {remark}" for remark in one.remarks]
    return "\n".join(lines)
