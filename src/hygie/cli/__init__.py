"""The `hygie` command. One file a command; here, the group and the way refusals are shown."""

import locale
import sys
from importlib import import_module
from typing import Final

import click

from hygie import __version__
from hygie.refusal import Language, Refusal, Refused

COMMANDS: Final = (
    "account", "adaptations", "client", "demo", "dictionary", "directory", "doctor", "export",
    "fhirpath", "imports", "ingest", "key", "packages", "policy", "providers", "quarantine",
    "reindex", "rights", "routes", "serve", "sources", "subscriptions", "terminology", "token",
    "validate", "view",
)  # fmt: skip
"""Each is a module of this package that declares a command of its name."""


class Commands(click.Group):
    """Loads the command that was asked for, and none of what the others stand on.

    A script that checks files one by one starts ten times sooner without database and server.
    """

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"hygie.cli.{name}"), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hygie")
def cli() -> None:
    """Hygie: the open health-information system of a French establishment."""


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
    except Exception as error:
        busy = outage_of(error)
        if busy is not None:
            sys.exit(told(busy))
        if not isinstance(error, OSError):
            raise
        click.echo(f"hygie: {error}", err=True)
        sys.exit(1)


def outage_of(error: Exception) -> Refusal | None:
    """What is said of a database out of reach; None when `error` is something else."""
    from hygie.cli.outages import said_of  # noqa: PLC0415 - loads the store: not for every command

    return said_of(error)


def told(refusal: Refusal) -> int:
    """The exit status, once every issue is on standard error."""
    for issue in refusal.issues:
        text = issue.text(language())
        said = not issue.location or text.startswith(issue.location)
        click.echo(f"hygie: {text if said else f'{issue.location}: {text}'}", err=True)
    return 1
