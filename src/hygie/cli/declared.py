"""What `hygie sources` and `hygie routes` share: declarations, their history, start and stop."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Generic

import click
import msgspec

from hygie.cli.options import House, as_json, operator, with_house
from hygie.store.declarations import Declared, Thing
from hygie.store.declared_toml import as_toml, read_toml
from hygie.store.register import Register

LARGEST_BYTES: Final = 1024 * 1024
"""Of the file of a declaration: more is none."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Thing]):
    """One kind of declaration, as commands speak of it."""

    name: str
    """`source`, `route`."""
    type_: type[Thing]
    register: Callable[[House], Register[Thing]]
    line: Callable[[Thing], str]
    """What it is, in a few words: where it leads."""
    help: Mapping[str, str]
    """Of the commands that say what they do to it: declare, remove, start, stop."""


def add_commands(group: click.Group, kind: Kind[Any]) -> None:
    for make in (_show, _declare, _remove, _start, _stop, _history):
        group.add_command(make(kind))


def line(kind: Kind[Thing], one: Declared[Thing]) -> str:
    said = f"{one.value.name:<24}  {_running(one.value)}  {kind.line(one.value):<40}"
    title: str = getattr(one.value, "title", "")
    return f"{said}  v{one.version}  {title}".rstrip()


def described(one: Declared[Thing]) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(one.value)
    return found | {"version": one.version, "declaredAt": one.at}


def tell(kind: Kind[Thing], one: Declared[Thing], *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(described(one)) if as_json else line(kind, one))


def _show(kind: Kind[Any]) -> click.Command:
    @click.command("show", help="The declaration of NAME as it stands, as a file that `declare` "
                                "takes.")  # fmt: skip
    @click.argument("name")
    @as_json
    @with_house
    async def show(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
        one = await kind.register(house).require(name)
        text = as_toml(one.value).rstrip()
        click.echo(msgspec.json.encode(described(one)) if as_json else text)

    return show


def _declare(kind: Kind[Any]) -> click.Command:
    @click.command("declare", help=kind.help["declare"])
    @click.argument("file", type=click.File("rb"))
    @click.option(
        "--expect-version", type=click.IntRange(0),
        help=f"Refuse unless this is the version that stands; 0: a new {kind.name}.",
    )  # fmt: skip
    @as_json
    @with_house
    async def declare(
        house: House,
        file: BinaryIO,
        expect_version: int | None,
        as_json: bool,  # noqa: FBT001
    ) -> None:
        thing = read_toml(file.read(LARGEST_BYTES), kind.type_, kind.name)
        kept = await kind.register(house).declare(thing, operator(), expect_version)
        tell(kind, kept, as_json=as_json)

    return declare


def _remove(kind: Kind[Any]) -> click.Command:
    @click.command("remove", help=kind.help["remove"])
    @click.argument("name")
    @with_house
    async def remove(house: House, name: str) -> None:
        await kind.register(house).remove(name, operator())
        click.echo(name)

    return remove


def _start(kind: Kind[Any]) -> click.Command:
    return _turned(kind, "start", lambda register, name: register.start(name, operator()))


def _stop(kind: Kind[Any]) -> click.Command:
    return _turned(kind, "stop", lambda register, name: register.stop(name, operator()))


def _turned(
    kind: Kind[Any], verb: str, turn: Callable[[Register[Any], str], Awaitable[Declared[Any]]]
) -> click.Command:
    @click.command(verb, help=kind.help[verb])
    @click.argument("name")
    @as_json
    @with_house
    async def turned(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
        tell(kind, await turn(kind.register(house), name), as_json=as_json)

    return turned


def _history(kind: Kind[Any]) -> click.Command:
    @click.command("history", help="Every version of NAME, newest first: when, by whom, what.")
    @click.argument("name")
    @as_json
    @with_house
    async def history(house: House, name: str, as_json: bool) -> None:  # noqa: FBT001
        for past in await kind.register(house).history(name):
            thing = past.value
            what = f"{_running(thing)}  {kind.line(thing)}" if thing else "removed"
            when = f"{past.at.astimezone(house.store.zone):%Y-%m-%d %H:%M}"
            text = f"{past.version:>5}  {when}  {past.by:<20}  {what}"
            click.echo(msgspec.json.encode(past) if as_json else text)

    return history


def _running(thing: Any) -> str:
    return "running" if thing.running else "stopped"
