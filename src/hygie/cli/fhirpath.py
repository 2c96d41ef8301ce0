"""`hygie fhirpath`: an expression on a resource, or a batch of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

import click
import msgspec

from hygie.cli import language
from hygie.deadline import deadline
from hygie.fhir.codec import decode, encode
from hygie.fhir.path.items import Item, to_json
from hygie.fhir.path.places import caret
from hygie.insight.trial import Branch
from hygie.insight.trial.batch import answer
from hygie.insight.trial.evaluation import Resource, evaluate
from hygie.insight.trial.outline import read
from hygie.limits import EXPRESSION_SECONDS, MAX_BUNDLE_BYTES
from hygie.lines import read_lines
from hygie.refusal import Refused

_FILE = click.File("rb")
_USAGE = "Give EXPRESSION and FILE, or --batch FILE."


@click.command()
@click.argument("expression", required=False)
@click.argument("file", required=False, type=_FILE)
@click.option(
    "--batch", type=_FILE, metavar="FILE",
    help='NDJSON of {"expression", "resource"} in; {"result"} or {"error"} out, a line a line.',
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Refuse also what can never match.")
@click.option(
    "--tree",
    is_flag=True,
    help="Print how the expression is read; with FILE, the types of its parts.",
)
@click.option("--trace", is_flag=True, help="Print what trace() tells on standard error.")
def fhirpath(
    *,
    expression: str | None,
    file: BinaryIO | None,
    batch: BinaryIO | None,
    strict: bool,
    tree: bool,
    trace: bool,
) -> None:
    """Evaluate a FHIRPath EXPRESSION on the resource in FILE, and print the result as JSON.

    `-` is standard input. Exit status 1 when the expression or the resource is refused.
    """
    if batch is not None:
        if expression is not None:
            raise click.UsageError(_USAGE)
        answer_lines(batch, strict=strict)
    elif expression is not None and tree:
        with shown_at(expression):
            type_name = "" if file is None else read_resource(file)["resourceType"]
            click.echo("\n".join(drawn(read(expression, type_name))))
    elif expression is not None and file is not None:
        resource = read_resource(file)
        with shown_at(expression), deadline(EXPRESSION_SECONDS):
            told = traced if trace else None
            found = evaluate(expression, resource, here_and_now(), trace=told, strict=strict)
            click.echo(printed(to_json(found)))
    else:
        raise click.UsageError(_USAGE)


def read_resource(file: BinaryIO) -> Resource:
    return decode(file.read(MAX_BUNDLE_BYTES + 1), limit=MAX_BUNDLE_BYTES)


def here_and_now() -> datetime:
    """What now() says: the clock and the zone of this machine."""
    return datetime.now(UTC).astimezone()


@contextmanager
def shown_at(expression: str) -> Iterator[None]:
    """A refusal is told with the place of the expression that it speaks of; exit status 1."""
    try:
        yield
    except Refused as refused:
        for issue in refused.refusal.issues:
            click.echo(f"hygie: {issue.text(language())}", err=True)
            if position := issue.details.get("position"):
                click.echo(caret(expression, int(position)), err=True)
        sys.exit(1)


def answer_lines(batch: BinaryIO, *, strict: bool) -> None:
    """Each line is answered before the next is read: another program may wait for it."""
    told = language()
    for line in read_lines(batch):
        found = answer(line, here_and_now(), told, strict=strict)
        sys.stdout.buffer.write(encode(found) + b"\n")
        sys.stdout.buffer.flush()


def traced(name: str, items: list[Item]) -> None:
    click.echo(f"{name}: {encode(to_json(items)).decode()}", err=True)


def printed(found: list[object]) -> str:
    """JSON: indented for eyes, on one line for programs."""
    raw = encode(found)
    return (msgspec.json.format(raw, indent=2) if sys.stdout.isatty() else raw).decode()


def drawn(branch: Branch, margin: str = "") -> Iterator[str]:
    """A syntax tree, one node a line, what is below it further in."""
    type_ = click.style(f"  {branch.type}", dim=True) if branch.type else ""
    yield f"{margin}{branch.label}{type_}"
    for below in branch.below:
        yield from drawn(below, margin + "  ")
