"""The `hygie` command. One file a command; here, the group and the way refusals are shown."""

import locale
import sys

import asyncpg
import click

from hygie import __version__
from hygie.cli.account import account
from hygie.cli.demo import demo
from hygie.cli.dictionary import dictionary
from hygie.cli.doctor import doctor
from hygie.cli.ingest import ingest
from hygie.cli.key import key
from hygie.cli.quarantine import quarantine
from hygie.cli.reindex import reindex
from hygie.cli.serve import serve
from hygie.cli.token import token
from hygie.cli.validate import validate
from hygie.refusal import Language, Refusal, Refused
from hygie.store.database import LOST
from hygie.store.outages import outage


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hygie")
def cli() -> None:
    """Hygie: the open health-information system of a French establishment."""


COMMANDS = (
    account, demo, dictionary, doctor, ingest, key, quarantine, reindex, serve, token, validate,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


def language() -> Language:
    """French, unless the terminal asks for English (LC_ALL, LC_MESSAGES, LANG)."""
    locale.setlocale(locale.LC_ALL, "")
    asked = locale.getlocale(locale.LC_MESSAGES)[0] or "fr"
    return "en" if asked.startswith("en") else "fr"


def main() -> None:
    """Runs the command; a refusal, or a file or database out of reach, is a sentence on standard
    error and exit status 1."""
    try:
        cli()
    except Refused as refused:
        sys.exit(told(refused.refusal))
    except (asyncpg.PostgresError, *LOST, TimeoutError) as error:
        busy = outage(error)
        if busy is None:
            raise
        sys.exit(told(busy))
    except OSError as error:
        click.echo(f"hygie: {error}", err=True)
        sys.exit(1)


def told(refusal: Refusal) -> int:
    """The exit status, once every issue is on standard error."""
    for issue in refusal.issues:
        place = f"{issue.location}: " if issue.location else ""
        click.echo(f"hygie: {place}{issue.text(language())}", err=True)
    return 1
