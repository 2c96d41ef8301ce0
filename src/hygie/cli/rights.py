"""`hygie rights`: who may do what, as the rights file says."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from hygie.access.decision import Subject
from hygie.access.rights import read_rights
from hygie.access.rights.rights import Right, Role
from hygie.access.simulator import explain as answers
from hygie.access.trials import check_trials, read_trials
from hygie.cli.options import House, as_json, data, operator, with_house
from hygie.settings import load
from hygie.sight import LETTERS, Letter
from hygie.trace import AuditEntry


@click.group()
def rights() -> None:
    """Who may do what: the shipped file, with the establishment's own (DATA/droits.toml)."""


@rights.command()
@data
def check(data: Path | None) -> None:
    """Read the rights and try the cases of DATA/droits.essais.toml; or say all that is wrong with
    them, each with its place."""
    place = load(data=data).data
    found, trials = read_rights(place), read_trials(place)
    check_trials(trials, found)
    tried = f", {len(trials)} trials" if trials else ""
    click.echo(f"version {found.version} ({found.digest}), {len(found.roles)} roles{tried}")


@rights.command()
@data
@as_json
def show(data: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Every role: its rights by group, and what it may do on the pages."""
    found = read_rights(load(data=data).data)
    for role in found.roles.values():
        if as_json:
            click.echo(msgspec.json.encode(plain(role)))
            continue
        click.secho(f"{role.name} — {role.label}", bold=True)
        click.echo(f"  {role.about}")
        for group, given in role.rights.items():
            told = ", ".join(written(one, role) for one in given)
            click.echo(f"  {found.groups[group].label:<28} {told}")
        click.echo(f"  purposes: {', '.join(role.purposes)}")
        capabilities = ", ".join(sorted(role.capabilities)) or "-"
        click.echo(f"  pages: {capabilities}\n")


@rights.command()
@click.argument("type", metavar="TYPE")
@click.option("--patient", required=True, help="Id of the Patient whose it is.")
@click.option("--action", type=click.Choice(LETTERS), default="r", show_default=True)
@as_json
@with_house
async def explain(house: House, type: str, patient: str, action: Letter, as_json: bool) -> None:  # noqa: A002, FBT001
    """Who may do this to a patient's TYPE now, and why: every account in force, traced."""
    rights = house.access.rights
    if type not in rights.group_of:
        raise click.BadParameter(f"{type} is no resource type of FHIR R4.", param_hint="TYPE")
    key = house.store.keyring.reference("Patient", patient)
    asked = AuditEntry(
        context=operator(), action="simulate", type=type, patient=key,
        detail=f"{action} {type} of Patient/{patient}",
    )  # fmt: skip
    await house.ledger.record(asked)
    now = datetime.now(UTC)
    accounts = [one for one in await house.access.list_accounts() if not one.closed(now)]
    actors = await house.access.simulating.around(accounts, patient, now, "real")
    for one in answers(actors, action, Subject(type, key), rights, now):
        said = {
            "account": one.account, "role": one.role, "permit": one.decision.permit,
            "rule": one.decision.rule, "reason": one.decision.text("en"),
        }  # fmt: skip
        sign = "yes" if one.decision.permit else "no"
        text = f"{sign:<4} {one.account:<20} {one.role:<20} {said['reason']}"
        click.echo(msgspec.json.encode(said) if as_json else text)


def plain(role: Role) -> dict[str, object]:
    """A role as JSON has it."""
    return {
        "name": role.name, "label": role.label, "about": role.about,
        "capabilities": sorted(role.capabilities), "second_factor": role.second_factor,
        "break_glass": role.break_glass, "purposes": list(role.purposes),
        "rights": {
            group: [written(one, role) for one in given] for group, given in role.rights.items()
        },
    }  # fmt: skip


def written(right: Right, role: Role) -> str:
    """As the file writes it; what it is for, when that is not all that the role is; for
    whom."""
    letters = "".join(sorted(right.letters, key="cruds".index))
    limited = f" on {right.type}" if right.type else ""
    text = f"{right.scope}:{letters}{limited}" + (f"?{right.query}" if right.query else "")
    narrower = right.purposes if right.purposes != frozenset(role.purposes) else ()
    limits = (("specialties", right.specialties), ("units", right.units), ("purposes", narrower))
    said = "; ".join(f"{name} {', '.join(sorted(some))}" for name, some in limits if some)
    return f"{text} [{said}]" if said else text
