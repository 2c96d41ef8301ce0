"""`hygie account`: named accounts for the pages."""

from datetime import UTC
from typing import Any, BinaryIO

import click
import msgspec

from hygie.access.access import CONSOLE
from hygie.access.lifecycle.facts import Facts, facts_of
from hygie.access.lifecycle.invitations import Invitation
from hygie.access.lifecycle.lifecycle import difference
from hygie.access.lifecycle.table import decode_list, write_list
from hygie.cli.options import House, as_json, with_house
from hygie.limits.access import MAX_ACCOUNTS_FILE_BYTES


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
@click.option("--password", help="Asked for when not given; never pass it on a shared machine.")
@click.option("--invited", is_flag=True, help="No password: a code to choose one by is printed.")
@with_house
async def create(  # noqa: PLR0913, PLR0917 - the options of a command
    house: House,
    name: str,
    display: str,
    role: str,
    unit: tuple[str, ...],
    practitioner: str,
    national: str,
    password: str | None,
    invited: bool,  # noqa: FBT001
) -> None:
    """Create the account NAME."""
    who = Facts(
        display=display, role=role, practitioner=practitioner, national=national, units=unit
    )
    if invited:
        await house.access.lifecycle.arrive(name, who, by=CONSOLE)
        _tell(await house.access.invite(name))
        return
    asked = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    await house.access.create_account(
        name, display, role, asked, practitioner=practitioner, national=national, units=unit
    )
    click.echo(name)


@account.command()
@click.argument("name")
@click.password_option(help="Asked for when not given; never pass it on a shared machine.")
@with_house
async def password(house: House, name: str, password: str) -> None:
    """Give the account NAME a new password; its sessions end."""
    await house.access.set_password(name, password)
    click.echo(name)


@account.command("sign-out")
@click.argument("name", required=False)
@click.option("--everyone", is_flag=True, help="All people's, at once.")
@with_house
async def sign_out(house: House, name: str | None, everyone: bool) -> None:  # noqa: FBT001
    """End the sessions of the account NAME, or everybody's: they have to come in anew."""
    if (name is None) is not everyone:
        raise click.UsageError("Say NAME, or --everyone.")
    if name is None:
        await house.access.lifecycle.end_everybodys_sessions(by=CONSOLE)
    else:
        await house.access.lifecycle.end_sessions(name, by=CONSOLE)


@account.command()
@click.argument("name")
@with_house
async def invite(house: House, name: str) -> None:
    """Print a code by which somebody chooses the password of the account NAME, once.

    For who arrives, and for who forgot it: nobody else knows the password then. The page for it is
    /invitation. An earlier code is void from now on.
    """
    _tell(await house.access.invite(name))


@account.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.option("--why", default="", help="Kept with the trace of each change.")
@with_house
async def import_(house: House, file: BinaryIO, dry_run: bool, why: str) -> None:  # noqa: FBT001
    """Create and change accounts from a list (CSV): all of it, or nothing.

    Its first line names the columns, as `hygie account export` does. Who is not there yet is
    created, and gets a code (`hygie account invite`).
    """
    text = decode_list(file.read(MAX_ACCOUNTS_FILE_BYTES + 1))
    plan = await house.access.bulk.plan(text, house.store.zone)
    for one in plan.arrivals:
        click.echo(f"+ {one.name}: {one.facts.role}", err=True)
    for change in plan.changes:
        click.echo(f"~ {change.name}: {difference(change.before, change.after)}", err=True)
    counts = f"{len(plan.arrivals)} new, {len(plan.changes)} changed, {plan.same} as they are"
    click.echo(counts, err=True)
    if dry_run and not plan.faults:
        return
    for made in await house.access.bulk.apply(plan, by=CONSOLE, why=why):
        _tell(made)


@account.command()
@with_house
async def export(house: House) -> None:
    """Print every account as a list (CSV) that `hygie account import` takes back."""
    everyone = await house.access.everyone()
    await house.access.note_export(len(everyone))
    click.echo(write_list(everyone, house.store.zone), nl=False)


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


def _tell(made: Invitation) -> None:
    click.echo(f"{made.account};{made.code};{made.expires.isoformat(timespec='minutes')}")
