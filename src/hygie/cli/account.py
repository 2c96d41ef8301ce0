"""`hygie account`: named accounts for the pages."""

from datetime import UTC
from typing import Any

import click
import msgspec

from hygie.access.access import CONSOLE
from hygie.access.lifecycle.facts import facts_of
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


@account.command("set")
@click.argument("name")
@click.option("--display", help="Name shown on the pages.")
@click.option("--role", help="Of the rights file; the account's sessions end.")
@click.option("--unit", "units", multiple=True, help="All its units; may be repeated.")
@click.option("--practitioner", help="Practitioner/…; of a patient, Patient/….")
@click.option("--national", help="National identifier: 8 and the RPPS, or 0 and the ADELI.")
@click.option("--specialty", help="Code of TRE_R38.")
@click.option("--email", help="Where this person is written to.")
@click.option("--until", type=click.DateTime(), help="When it ends by itself (UTC).")
@click.option("--why", default="", help="Kept with the trace of the change.")
@with_house
async def set_(house: House, name: str, why: str, **said: Any) -> None:
    """Change what is said of the account NAME; what is not named stays."""
    shown = facts_of(await house.access.lifecycle.account(name))
    said = {fact: value for fact, value in said.items() if value not in (None, ())}
    if "until" in said:
        said["until"] = said["until"].replace(tzinfo=UTC)
    wanted = msgspec.structs.replace(shown, **said)
    changed = await house.access.lifecycle.change(name, wanted, shown=shown, by=CONSOLE, why=why)
    click.echo(changed.name)


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
