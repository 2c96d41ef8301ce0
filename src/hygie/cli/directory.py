"""`hygie directory`: accounts that follow the establishment's directory (LDAP)."""

import sys

import click
import msgspec

from hygie.access.directory import phrases
from hygie.access.directory.asking import talk
from hygie.access.directory.checking import encrypted, place_of
from hygie.access.directory.people import Person
from hygie.access.directory.planning import KINDS, Step
from hygie.access.directory.reading import everybody, first_page
from hygie.access.directory.registry import read_directory
from hygie.access.directory.synchronising import Synchronised
from hygie.access.lifecycle.lifecycle import difference
from hygie.cli import language
from hygie.cli.options import House, as_json, operator, with_house
from hygie.refusal import Phrase


@click.group()
def directory() -> None:
    """Accounts that follow the establishment's directory (LDAP, Active Directory).

    It is declared in annuaire.toml of the data directory.
    """


@directory.command()
@as_json
@with_house
async def check(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Connect, sign in as the reading account, and print how the first page of people is
    understood. Nothing is changed. Exit status 1 if nobody is found, or somebody is not understood.
    """
    settings = house.settings
    declared = read_directory(settings.data, settings.secrets, house.access.rights)
    people = await talk(
        declared, house.outbound, settings.data, settings.secrets,
        lambda bound: first_page(declared, bound),
    )  # fmt: skip
    faulty = [one for one in people if one.faults]
    for one in people:
        click.echo(msgspec.json.encode(_plain(one)) if as_json else _understood(one))
    how = "TLS" if encrypted(declared) else "-"
    _say(phrases.CONNECTED, host=place_of(declared).host, how=how)
    _say(phrases.PAGE_READ, count=str(len(people)), refused=str(len(faulty)))
    if not people:
        _say(phrases.NOBODY_FOUND)
    if faulty or not people:
        sys.exit(1)


@directory.command()
@click.option("--dry-run", is_flag=True, help="Try all of it, and let none of it stay.")
@click.option("--force", is_flag=True, help="Close accounts, however many there are to close.")
@as_json
@with_house
async def sync(house: House, dry_run: bool, force: bool, as_json: bool) -> None:  # noqa: FBT001
    """Bring accounts to what the directory says: arrivals, changes, departures and returns.

    Accounts made by hand are never touched. Nothing is done when the directory does not give all,
    or when more accounts would be closed than usual (--force). Exit status 1 if it was stopped, or
    somebody was refused.
    """
    settings = house.settings
    declared = read_directory(settings.data, settings.secrets, house.access.rights)
    people = await talk(
        declared, house.outbound, settings.data, settings.secrets,
        lambda bound: everybody(declared, bound),
    )  # fmt: skip
    result = await house.access.synchronising.run(
        declared, people, by=operator(), dry_run=dry_run, force=force
    )
    for step in result.plan.steps:
        click.echo(msgspec.json.encode(_step(step)) if as_json else _told(step))
    _summary(result, dry_run=dry_run)
    if result.stopped or result.counts()["refused"]:
        sys.exit(1)


def _summary(result: Synchronised, *, dry_run: bool) -> None:
    _say(phrases.COUNTS, **{name: str(count) for name, count in result.counts().items()})
    if result.stopped:
        _say(
            phrases.STOPPED, count=str(result.plan.closing), open=str(result.plan.open),
            limit=str(result.most),
        )  # fmt: skip
    elif dry_run:
        _say(phrases.NOTHING_DONE)


def _told(step: Step) -> str:
    """One line: what, whose account, and what of it or why."""
    said = [issue.text(language()) for issue in step.issues]
    if step.kind in ("arrive", "change", "return"):
        said += [difference(step.before, step.after)]
    if step.renamed and step.link is not None:
        said += [_in(phrases.RENAMED).format(login=step.link.login)]
    if step.why is not None:
        said += [_in(step.why)]
    return f"{_in(KINDS[step.kind]):<8} {step.account}: {'; '.join(filter(None, said))}"


def _step(step: Step) -> dict[str, object]:
    return {
        "kind": step.kind, "account": step.account,
        "changes": difference(step.before, step.after),
        "login": step.link.login if step.link else "", "why": step.why.en if step.why else "",
        "rules": [issue.rule for issue in step.issues],
    }  # fmt: skip


def _understood(one: Person) -> str:
    facts = ", ".join(f"{name} {_value(value)}" for name, value in one.said.items() if value)
    marks = [_in(phrases.INACTIVE)] * (not one.active) + [_in(phrases.ROLELESS)] * (not one.role)
    faults = [issue.text(language()) for issue in one.faults]
    return " ".join([f"{one.login or one.id:<24}", facts, *marks, *faults]).rstrip()


def _plain(one: Person) -> dict[str, object]:
    return {
        "login": one.login, "id": one.id, "active": one.active, **one.said,
        "rules": [issue.rule for issue in one.faults],
    }  # fmt: skip


def _value(value: object) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)


def _in(phrase: Phrase) -> str:
    return phrase.fr if language() == "fr" else phrase.en


def _say(phrase: Phrase, **details: str) -> None:
    click.echo(_in(phrase).format_map(details), err=True)
