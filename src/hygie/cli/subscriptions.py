"""`hygie subscriptions`: who is told of changes, how far it has come, what may be done about it."""

import click
import msgspec

from hygie.cli.options import House, as_json, operator, with_house
from hygie.exchange.subscriptions.roster import Held


class Line(msgspec.Struct, frozen=True):
    """One subscription, without what only its client is to see (endpoint, headers)."""

    id: str
    status: str
    channel: str
    criteria: str
    client: str
    events: int
    delivered: int
    failures: int


@click.group()
def subscriptions() -> None:
    """Who is told of changes: how far it has come, and what may be done about it."""


@subscriptions.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Subscriptions that are not off: id, status, channel, events delivered of those there were."""
    roster = house.subscriptions.roster()
    await roster.load()
    if not list(roster) and not as_json:
        click.echo("Personne n’est abonné. Un client s’abonne par POST /fhir/Subscription.")
    for held in sorted(roster, key=lambda one: one.id):
        line = _line(held)
        text = (
            f"{line.id:<36}  {line.status:<9}  {line.channel:<9}  "
            f"{line.delivered}/{line.events}  {line.client:<12}  {line.criteria}"
        )
        click.echo(msgspec.json.encode(line) if as_json else text)


@subscriptions.command()
@click.argument("id")
@with_house
async def retry(house: House, id: str) -> None:  # noqa: A002
    """Ask anew for subscription ID, which is in error: what was not delivered, and is still kept,
    comes first."""
    parts = house.subscriptions
    await parts.events.resume(house.store.keyring.reference("Subscription", id))
    await parts.statuses.set(id, "requested", was="error", by=operator())
    click.echo(id)


@subscriptions.command()
@click.argument("id")
@with_house
async def off(house: House, id: str) -> None:  # noqa: A002
    """End subscription ID: nothing more is sent, until its client asks for it again."""
    await house.subscriptions.statuses.set(id, "off", by=operator())
    click.echo(id)


def _line(held: Held) -> Line:
    asked = held.asked
    return Line(
        asked.id, asked.status, asked.channel, asked.criteria,
        held.author.name if held.author else "", held.number, held.delivered, held.failures,
    )  # fmt: skip
