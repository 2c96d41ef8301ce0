"""`hygie routes`: what leaves by HL7 v2, to whom, what became of it, and what is done about it."""

from datetime import datetime
from typing import Any, BinaryIO, Final

import click
import msgspec

from hygie.cli.options import House, as_json, operator, with_house
from hygie.exchange.routes.browsing import Departure, Filters, Standing
from hygie.exchange.routes.declaration import Folder, Forward, Http, Mllp, Produce, Route
from hygie.store.declarations import Declared
from hygie.store.declared_toml import as_toml, read_toml

LARGEST_BYTES: Final = 1024 * 1024
"""Of the file of a declaration: more is none."""


@click.group()
def routes() -> None:
    """What leaves by HL7 v2: declared routes of the gateway, and what they could not deliver."""


@routes.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Declared routes: name, state, destination, how many messages wait, how many are dead."""
    declared = await house.routes.declared()
    standings = await house.routes.browsing.standings()
    if not declared and not as_json:
        click.echo("Aucune route n’est déclarée : hygie routes declare FICHIER.toml.")
    for one in declared:
        standing = standings.get(one.value.name, Standing(route=one.value.name))
        told = _described(one) | {"standing": standing}
        click.echo(msgspec.json.encode(told) if as_json else _line(one, standing))


@routes.command()
@click.argument("name")
@as_json
@with_house
async def show(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """The declaration of NAME as it stands, as a file that `declare` takes."""
    one = await house.routes.named(name)
    text = as_toml(one.value).rstrip()
    click.echo(msgspec.json.encode(_described(one)) if as_json else text)


@routes.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--expect-version", type=click.IntRange(0),
    help="Refuse unless this is the version that stands; 0: a new route.",
)  # fmt: skip
@as_json
@with_house
async def declare(
    house: House,
    file: BinaryIO,
    expect_version: int | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Declare the route that FILE (TOML) describes, or change it: it is heeded within a second."""
    route = read_toml(file.read(LARGEST_BYTES), Route, "route")
    await house.routes.declare(route, operator(), expect_version)
    await _tell(house, route.name, as_json=as_json)


@routes.command()
@click.argument("name")
@with_house
async def remove(house: House, name: str) -> None:
    """Remove the declaration of NAME; what it has sent stays on record, and what waited waits."""
    await house.routes.remove(name, operator())
    click.echo(name)


@routes.command()
@click.argument("name")
@as_json
@with_house
async def start(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Send again by NAME, what was gathered meanwhile first."""
    await house.routes.start(name, operator())
    await _tell(house, name, as_json=as_json)


@routes.command()
@click.argument("name")
@as_json
@with_house
async def stop(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Send nothing more by NAME; what is to leave is gathered, and waits."""
    await house.routes.stop(name, operator())
    await _tell(house, name, as_json=as_json)


@routes.command()
@click.argument("name")
@as_json
@with_house
async def history(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Every version of NAME, newest first: when, by whom, to where."""
    for past in await house.routes.history(name):
        what = _where(past.value) if past.value else "removed"
        when = f"{past.at.astimezone(house.store.zone):%Y-%m-%d %H:%M}"
        text = f"{past.version:>5}  {when}  {past.by:<20}  {what}"
        click.echo(msgspec.json.encode(past._asdict()) if as_json else text)


@routes.command()
@click.argument("name", required=False, default="")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@as_json
@with_house
async def dead(house: House, name: str, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """What could not be delivered by NAME, or by any route, newest first: number, why."""
    filters = Filters(route=name, states=("dead",))
    for one in await house.routes.browsing.browse(filters, limit, operator()):
        click.echo(msgspec.json.encode(one) if as_json else _departure(house, one))


@routes.command()
@click.argument("name")
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "every", is_flag=True, help="All the dead of the route.")
@click.option("--since", type=click.DateTime(), help="With --all: those made since then.")
@click.option("--sent", is_flag=True, help="With --all: what was taken, too.")
@with_house
async def replay(
    house: House,
    name: str,
    numbers: tuple[int, ...],
    every: bool,  # noqa: FBT001
    since: datetime | None,
    sent: bool,  # noqa: FBT001
) -> None:
    """Send again, by what NAME declares now: the departures NUMBERS, or --all of the dead."""
    await house.routes.named(name)
    if every == bool(numbers):
        raise click.UsageError("Give the numbers of departures, or --all.")
    if numbers:
        await house.routes.handling.replay(numbers, operator())
        click.echo(len(numbers))
        return
    moment = since.replace(tzinfo=house.store.zone) if since else None
    click.echo(await house.routes.handling.replay_all(name, operator(), moment, sent=sent))


async def _tell(house: House, name: str, *, as_json: bool) -> None:
    one = await house.routes.named(name)
    standing = (await house.routes.browsing.standings()).get(name, Standing(route=name))
    click.echo(msgspec.json.encode(_described(one)) if as_json else _line(one, standing))


def _line(one: Declared[Route], standing: Standing) -> str:
    route = one.value
    state = "running" if route.running else "stopped"
    counts = f"{standing.waiting:>7} waiting  {standing.dead:>5} dead"
    return f"{route.name:<24}  {state}  {_where(route):<44}  {counts}  {route.title}".rstrip()


def _described(one: Declared[Route]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one.value)
    return found | {"version": one.version, "declaredAt": one.at}


def _where(route: Route) -> str:
    match route.destination:
        case Mllp(host=host, port=port, tls=tls):
            where = f"{'mllps' if tls else 'mllp'} {host}:{port}"
        case Http(url=url):
            where = f"http {url}"
        case Folder(path=path):
            where = f"folder {path}"
    match route.content:
        case Forward():
            return f"forward > {where}"
        case Produce(messages=messages):
            return f"{'+'.join(messages)} > {where}"
    return f"acknowledgements > {where}"


def _departure(house: House, one: Departure) -> str:
    when = f"{one.made_at.astimezone(house.store.zone):%Y-%m-%d %H:%M}"
    return f"{one.id:>10}  {one.route:<20}  {when}  {one.event:<10}  {one.rule}"
