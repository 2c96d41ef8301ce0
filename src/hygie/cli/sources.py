"""`hygie sources`: who sends, by which way, and what is done about it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

import click
import msgspec

from hygie.cli.declared import Kind, add_commands, described, line
from hygie.cli.options import House, as_json, operator, with_house
from hygie.intake.listening.files.cutting import cut
from hygie.intake.sources.addresses import posted_to
from hygie.intake.sources.declaration import Folder, Http, Mllp, Sftp, Source
from hygie.intake.sources.silence import Silent
from hygie.intake.sources.state import SourceState
from hygie.intake.trial import Trial
from hygie.limits import MAX_BUNDLE_BYTES


@click.group()
def sources() -> None:
    """Who sends, by which way: declared sources of the gateway."""


@sources.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Declared sources: name, how it fares, way, version, title; since when it is silent, if that
    is unusual."""
    declared = await house.sources.declared()
    states = await house.sources.states()
    silences = {one.source: one for one in await house.silences.all(datetime.now(UTC))}
    if not declared and not as_json:
        click.echo("Aucune source n’est déclarée : hygie sources declare FICHIER.toml.")
    for one in declared:
        state, silent = states.get(one.value.name), silences.get(one.value.name)
        if as_json:
            click.echo(msgspec.json.encode(described(one) | {"state": state, "silence": silent}))
        else:
            click.echo(line(KIND, one))
            for said in _remarks(state, silent, house.store.zone):
                click.echo(f"    {said}")


@sources.command("try")
@click.argument("name")
@click.argument("file", type=click.File("rb"))
@as_json
@with_house
async def try_(house: House, name: str, file: BinaryIO, as_json: bool) -> None:  # noqa: FBT001
    """What each message of FILE would do, were it sent by NAME: done, and undone.

    Exit status 1 if one of them would not be filed. It may show health data.
    """
    found = cut(name, Path(file.name).name, file.read(MAX_BUNDLE_BYTES + 1))
    well = not found.faults
    for place, issue in found.faults:
        click.echo(f"{place} {issue.text('fr')}".strip(), err=True)
    for piece in found.pieces:
        trial = await house.gateway.try_out(name, piece.raw, operator())
        well = well and trial.state in ("filed", "kept")
        click.echo(msgspec.json.encode(trial_described(trial)) if as_json else trial_told(trial))
    if not well:
        sys.exit(1)


@sources.command()
@as_json
@with_house
async def silent(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Sources that are silent longer than is usual at this hour. Exit status 1 if there are any:
    for whatever watches over the machine."""
    found = await house.silences.alerts(datetime.now(UTC))
    for one in found:
        text = f"{one.source}: {_silence(one, house.store.zone)}"
        click.echo(msgspec.json.encode(one) if as_json else text)
    if found:
        sys.exit(1)


def trial_described(trial: Trial) -> dict[str, Any]:
    return {
        "state": trial.state,
        "event": trial.event,
        "issues": [{"rule": one.rule, "place": one.location, "text": one.text("fr")}
                   for one in trial.issues],
        "adaptations": list(trial.adaptations),
        "effects": [{"before": one.before, "after": one.after} for one in trial.effects],
    }  # fmt: skip


def trial_told(trial: Trial) -> str:
    lines = [f"{trial.event:<12}  {trial.state}"]
    lines += [f"    {one.location}: {one.text('fr')}" for one in trial.issues]
    lines += [f"    adaptation: {one}" for one in trial.adaptations]
    for one in trial.effects:
        name = f"{one.after['resourceType']}/{one.after['id']}"
        lines.append(f"    {'changes' if one.before else 'creates'} {name}")
    return "\n".join(lines)


def _remarks(state: SourceState | None, silent: Silent | None, zone: ZoneInfo) -> Iterator[str]:
    if state is not None and state.trouble is not None:
        yield state.trouble.text("fr")
    if silent is not None and silent.unusual:
        yield _silence(silent, zone)


def _silence(one: Silent, zone: ZoneInfo) -> str:
    since = f"silent since {one.since.astimezone(zone):%Y-%m-%d %H:%M}"
    if one.usual is None:
        return since
    return f"{since}; usual at this hour: {one.usual.total_seconds() / 60:.0f} min"


def _way(source: Source) -> str:
    match source.way:
        case Mllp() as way:
            return f"mllp{'s' if way.tls else ''}://{way.host}:{way.port}"
        case Http():
            return f"http: {posted_to(source.name)}"
        case Folder() as way:
            return f"folder: {way.path}/{way.pattern}"
        case Sftp() as way:
            return f"sftp://{way.user}@{way.host}:{way.port}{way.directory}/{way.pattern}"
    return "imports"


KIND: Final = Kind(
    name="source",
    type_=Source,
    register=lambda house: house.sources,
    line=_way,
    help={
        "declare": "Declare the source that FILE (TOML) describes, or change it: it is heeded "
        "within a second.",
        "remove": "Remove the declaration of NAME; what came from it stays, and its history.",
        "start": "Take messages from NAME again.",
        "stop": "Take no more messages from NAME; its declaration stays.",
    },
)
add_commands(sources, KIND)
