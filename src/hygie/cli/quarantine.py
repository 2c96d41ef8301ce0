"""`hygie quarantine`: what could not be filed, why, and once more."""

from typing import Any

import click
import msgspec

from hygie.cli.options import House, as_json, with_house
from hygie.intake import Entry, Receipt
from hygie.limits import MAX_PAGE


@click.group()
def quarantine() -> None:
    """Messages that could not be filed."""


@quarantine.command("list")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, MAX_PAGE), help="At most."
)
@as_json
@with_house
async def list_(house: House, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Newest first: number, time, event, place and reason."""
    for entry in await house.gateway.quarantine(limit):
        click.echo(msgspec.json.encode(described(entry)) if as_json else line(entry))


@quarantine.command()
@click.argument("number", type=int)
@as_json
@with_house
async def show(house: House, number: int, as_json: bool) -> None:  # noqa: FBT001
    """One message beside its reasons. It may hold health data: mind who looks on."""
    entry = await house.gateway.entry(number)
    if as_json:
        click.echo(msgspec.json.encode(described(entry) | {"content": entry.text()}))
        return
    for issue in entry.issues:
        click.echo(f"{issue.location or '-'}: {issue.text('fr')}")
    click.echo(f"\n{entry.text()}")


@quarantine.command()
@click.argument("number", type=int)
@as_json
@with_house
async def replay(house: House, number: int, as_json: bool) -> None:  # noqa: FBT001
    """Try one message again, after what it lacked has arrived or a rule has changed."""
    receipt = await house.gateway.replay(number)
    found = {"id": receipt.id, "state": receipt.state, "issues": reasons(receipt)}
    text = "\n".join([receipt.state, *(f"  {issue}" for issue in reasons(receipt))])
    click.echo(msgspec.json.encode(found) if as_json else text)


def line(entry: Entry) -> str:
    when = f"{entry.received_at:%Y-%m-%d %H:%M}"
    return f"{entry.id:>8}  {when}  {entry.event or entry.kind:<12} {entry.place:<18} " + (
        f"{entry.reason()} [{entry.name}]" if entry.name else entry.reason()
    )


def described(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "receivedAt": entry.received_at,
        "source": entry.source,
        "file": entry.name,
        "kind": entry.kind,
        "event": entry.event,
        "state": entry.state,
        "attempts": entry.attempts,
        "rule": entry.rule,
        "place": entry.place,
        "reasons": reasons(entry),
    }


def reasons(of: Entry | Receipt) -> list[str]:
    return [issue.text("fr") for issue in of.issues]
