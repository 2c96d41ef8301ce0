"""`hygie account`: named accounts for the pages."""

import click

from hygie.cli.options import House, with_house


@click.group()
def account() -> None:
    """Named accounts for the pages."""


@account.command()
@click.argument("name")
@click.option("--display", required=True, help="Name shown on the pages: 'Dr Claire Morel'.")
@click.option(
    "--role", required=True, type=click.Choice(["clinician", "technician", "administrator"])
)
@click.password_option(help="Asked for when not given; never pass it on a shared machine.")
@with_house
async def create(house: House, name: str, display: str, role: str, password: str) -> None:
    """Create the account NAME."""
    await house.access.create_account(name, display, role, password)
    click.echo(name)


@account.command()
@click.argument("name")
@click.password_option(help="Asked for when not given; never pass it on a shared machine.")
@with_house
async def password(house: House, name: str, password: str) -> None:
    """Give the account NAME a new password; its sessions end."""
    await house.access.set_password(name, password)
    click.echo(name)
