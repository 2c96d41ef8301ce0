"""`hygie policy`: what is done with what validation finds, and which rules are silenced."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from hygie.cli.options import as_json, data, operator
from hygie.fhir.policy import Clause, Requirement, Silence
from hygie.insight.quality.policies import PolicyFile
from hygie.settings import load

DAYS: Final = 90
"""Of a silence for which no end is given."""


@click.group()
def policy() -> None:
    """What is done with faults: clauses, required profiles, silences.

    Kept in policy.json of the data directory, where clauses and required profiles are written by
    hand. Running servers take a change over by themselves.
    """


@policy.command("list")
@click.option("--all", "everything", is_flag=True, help="Silences that ended or were lifted too.")
@as_json
@data
def list_(everything: bool, as_json: bool, data: Path | None) -> None:  # noqa: FBT001
    """Clauses, required profiles, and the silences in force."""
    known = _file(data).load()
    today = _now().date()
    silences = [s for s in known.silences if everything or s.holds(today)]
    if as_json:
        shown = msgspec.structs.replace(known, silences=tuple(silences))
        click.echo(msgspec.json.encode(shown))
        return
    lines = [
        *map(_clause, known.clauses), *map(_requirement, known.requirements),
        *(_silence(one, today) for one in silences),
    ]  # fmt: skip
    click.echo("\n".join(lines) or "Aucune règle particulière : les erreurs vont en quarantaine.")


@policy.command()
@click.argument("rule")
@click.option("--source", required=True, help="Whose faults; * for everybody's.")
@click.option("--motive", required=True, help="Why: whoever reads it must be able to judge.")
@click.option("--place", default="", help="Only there and within: Patient.identifier.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help=f"Last day (in {DAYS} days by default)."
)
@as_json
@data
def silence(until: datetime | None, as_json: bool, data: Path | None, **said: Any) -> None:  # noqa: FBT001
    """Hold RULE no longer against a source, for a time and with a motive."""
    now = _now()
    end = until.date() if until else now.date() + timedelta(days=DAYS)
    new = Silence(id=0, author=operator().actor, since=now, until=end, **said)
    _say(_file(data).silence(new), as_json=as_json)


@policy.command()
@click.argument("number", type=int)
@as_json
@data
def lift(number: int, as_json: bool, data: Path | None) -> None:  # noqa: FBT001
    """End a silence before its time. It stays on record (`list --all`)."""
    _say(_file(data).lift(number, operator().actor, _now()), as_json=as_json)


def _file(data: Path | None) -> PolicyFile:
    return PolicyFile(load(data=data).data)


def _now() -> datetime:
    return datetime.now().astimezone().replace(microsecond=0)


def _say(one: Silence, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(one) if as_json else _silence(one, _now().date()))


def _clause(one: Clause) -> str:
    return (
        f"clause     {one.source}, règle {one.rule}, profil {one.profile}, type {one.type} : "
        f"{one.severity} → {one.effect}"
    )


def _requirement(one: Requirement) -> str:
    return f"exigence   {one.source}, type {one.type} : {one.profile}"


def _silence(one: Silence, today: date) -> str:
    state = "" if one.holds(today) else (" (levé)" if one.lifted_at else " (échu)")
    where = f" en {one.place}" if one.place else ""
    return (
        f"silence {one.id:>3}{state}  {one.rule}{where}, {one.source}, jusqu’au {one.until} : "
        f"{one.motive} [{one.author}]"
    )
