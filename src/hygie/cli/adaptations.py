"""`hygie adaptations`: sets of changes of what sources send, tried without a server."""

import sys
from typing import BinaryIO

import click
import msgspec

from hygie.cli import language
from hygie.cli.options import as_json
from hygie.hl7v2.batch import split
from hygie.hl7v2.parse import parse, serialise
from hygie.intake.adapting import Adaptation
from hygie.intake.adapting.compiling import compile_set
from hygie.limits import MAX_MESSAGE_BYTES
from hygie.limits.gateway import MAX_ADAPTATION_BYTES
from hygie.refusal import Refused

_FILE = click.File("rb")


@click.group()
def adaptations() -> None:
    """What a source says otherwise than the standard, changed before it is mapped."""


@adaptations.command()
@click.argument("files", type=_FILE, nargs=-1, required=True)
def check(files: tuple[BinaryIO, ...]) -> None:
    """Check sets before they go to DATA/adaptations: every fault, with its line. Exit status 1 if
    there is any."""
    faulty = False
    for file in files:
        try:
            _compiled(file)
        except Refused as refused:
            faulty = True
            for issue in refused.refusal.issues:
                click.echo(f"{file.name}: {issue.text(language())}")
    if faulty:
        sys.exit(1)


@adaptations.command("try")
@click.argument("file", type=_FILE)
@click.argument("messages", type=_FILE)
@as_json
def try_(file: BinaryIO, messages: BinaryIO, *, as_json: bool) -> None:
    """Apply the set in FILE to the HL7 v2 MESSAGES of a file, and print them as they would be
    mapped, the changes that fired before each. Nothing is stored."""
    adaptation = _compiled(file)
    for raw in split(messages.read(MAX_MESSAGE_BYTES + 1)):
        adapted = adaptation.adapt(parse(raw))
        text = serialise(adapted.message)
        if as_json:
            told = {"fired": adapted.fired, "message": text}
            click.echo(msgspec.json.encode(told))
            continue
        click.echo(f"# {', '.join(adapted.fired) or '-'}")
        click.echo(text.replace("\r", "\n"))


def _compiled(file: BinaryIO) -> Adaptation:
    return compile_set(file.read(MAX_ADAPTATION_BYTES + 1), file.name)
