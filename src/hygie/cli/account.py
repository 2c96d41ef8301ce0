"""`hygie account`: named accounts for the pages."""

import click
import msgspec

from hygie.cli.options import House, as_json, with_house


@click.group()
def account() -> None:
    """Named accounts for the pages."""


@account.command()
@click.argument("name")
@click.option("--display", required=True, help="Name shown on the pages: 'Dr Claire Morel'.")
@click.option("--role", required=True, help="Of the rights file: `hygie rights show` lists them.")
@click.option("--unit", multiple=True, help="Organization/…, Location/…, or SYSTEM|CODE of a unit.")
@click.option("--practitioner", default="", help="Practitioner/…; of a patient, Patient/….")
@click.option("--national", default="", help="National identifier (RPPS), as messages write it.")
@click.password_option(help="Asked for when not given; never pass it on a shared machine.")
@with_house
async def create(  # noqa: PLR0913, PLR0917 - the options of a command
    house: House,
    name: str,
    display: str,
    role: str,
    unit: tuple[str, ...],
    practitioner: str,
    national: str,
    password: str,
) -> None:
    """Create the account NAME."""
    await house.access.create_account(
        name, display, role, password,
        practitioner=practitioner, national=national, units=unit,
    )  # fmt: skip
    click.echo(name)


@account.command()
@click.argument("name")
@click.password_option(help="Asked for when not given; never pass it on a shared machine.")
@with_house
async def password(house: House, name: str, password: str) -> None:
    """Give the account NAME a new password; its sessions end."""
    await house.access.set_password(name, password)
    click.echo(name)


@account.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Every account: name, role, display name, and whether it is disabled."""
    for known in await house.access.list_accounts():
        state = "disabled" if known.disabled else ""
        text = f"{known.name:<20} {known.role:<19} {known.display:<30} {state}".rstrip()
        click.echo(msgspec.json.encode(known) if as_json else text)


@account.command()
@click.argument("name")
@with_house
async def disable(house: House, name: str) -> None:
    """Close the account NAME: its sessions end, its traces stay."""
    await house.access.disable_account(name)
    click.echo(name)


@account.command()
@click.argument("name")
@with_house
async def enable(house: House, name: str) -> None:
    """Open the account NAME again."""
    await house.access.enable_account(name)
    click.echo(name)
