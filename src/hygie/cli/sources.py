"""`hygie sources`: who sends, by which way, and what is done about it."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

import click
import msgspec

from hygie.cli.options import House, as_json, operator, with_house
from hygie.intake.listening.files.cutting import cut
from hygie.intake.sources.declaration import Folder, Http, Mllp, Sftp, Source
from hygie.intake.sources.rows import Declared
from hygie.intake.sources.silence import Silent
from hygie.intake.sources.state import SourceState
from hygie.intake.trial import Trial
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.store.declared_toml import as_toml, read_toml

LARGEST_BYTES: Final = 1024 * 1024
"""Of the file of a declaration: more is none."""


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
        state, silent = states.get(one.source.name), silences.get(one.source.name)
        if as_json:
            click.echo(msgspec.json.encode(described(one) | {"state": state, "silence": silent}))
        else:
            click.echo(line(one))
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


@sources.command()
@click.argument("name")
@as_json
@with_house
async def show(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """The declaration of NAME as it stands, as a file that `declare` takes."""
    one = await house.sources.require(name)
    text = as_toml(one.source).rstrip()
    click.echo(msgspec.json.encode(described(one)) if as_json else text)


@sources.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--expect-version", type=click.IntRange(0),
    help="Refuse unless this is the version that stands; 0: a new source.",
)  # fmt: skip
@as_json
@with_house
async def declare(
    house: House,
    file: BinaryIO,
    expect_version: int | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Declare the source that FILE (TOML) describes, or change it: it is heeded within a second."""
    source = read_toml(file.read(LARGEST_BYTES), Source, "source")
    _tell(await house.sources.declare(source, operator(), expect_version), as_json=as_json)


@sources.command()
@click.argument("name")
@with_house
async def remove(house: House, name: str) -> None:
    """Remove the declaration of NAME; what came from it stays, and its history."""
    await house.sources.remove(name, operator())
    click.echo(name)


@sources.command()
@click.argument("name")
@as_json
@with_house
async def start(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Take messages from NAME again."""
    _tell(await house.sources.start(name, operator()), as_json=as_json)


@sources.command()
@click.argument("name")
@as_json
@with_house
async def stop(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Take no more messages from NAME; its declaration stays."""
    _tell(await house.sources.stop(name, operator()), as_json=as_json)


@sources.command()
@click.argument("name")
@as_json
@with_house
async def history(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Every version of NAME, newest first: when, by whom, what."""
    for past in await house.sources.history(name):
        what = f"{_running(past.source)}  {_way(past.source)}" if past.source else "removed"
        when = f"{past.declared_at.astimezone(house.store.zone):%Y-%m-%d %H:%M}"
        text = f"{past.version:>5}  {when}  {past.by:<20}  {what}"
        click.echo(msgspec.json.encode(past) if as_json else text)


def line(one: Declared) -> str:
    return (
        f"{one.source.name:<24}  {_running(one.source)}  {_way(one.source):<40}  v{one.version}  "
        f"{one.source.title}"
    ).rstrip()


def described(one: Declared) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one.source)
    return found | {"version": one.version, "declaredAt": one.declared_at}


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


def _tell(one: Declared, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(described(one)) if as_json else line(one))


def _running(source: Source) -> str:
    return "running" if source.running else "stopped"


def _way(source: Source) -> str:
    match source.way:
        case Mllp() as way:
            return f"mllp{'s' if way.tls else ''}://{way.host}:{way.port}"
        case Http():
            return f"http: /hl7v2/{source.name}"
        case Folder() as way:
            return f"folder: {way.path}/{way.pattern}"
        case Sftp() as way:
            return f"sftp://{way.user}@{way.host}:{way.port}{way.directory}/{way.pattern}"
    return "imports"
