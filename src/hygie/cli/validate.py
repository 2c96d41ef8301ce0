"""`hygie validate`: check resources without storing anything."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from hygie.cli.validating import Options, Run, taken, totals_line
from hygie.fhir.codec import encode
from hygie.insight.quality.outcomes import LINE
from hygie.refusal import Issue, Refused

_SUFFIXES: Final = (".html", ".json")
_READABLE: Final = click.Path(exists=True, path_type=Path)


def _reports(_: click.Context, parameter: click.Parameter, given: tuple[Path, ...]) -> Any:
    """Their endings say what they are."""
    for path in given:
        if path.suffix.lower() not in _SUFFIXES:
            raise click.BadParameter(f"{path.name}: .html or .json", param=parameter)
        if not path.parent.is_dir():  # said now, and not after an hour of reading
            raise click.BadParameter(f"{path.parent}: no such folder", param=parameter)
    return given


@click.command()
@click.argument("files", nargs=-1, required=True, type=_READABLE)
@click.option(
    "--profile", "profiles", multiple=True, metavar="URL",
    help="Profile to check besides those that resources claim (may be repeated).",
)  # fmt: skip
@click.option(
    "--package", "packages", multiple=True, type=_READABLE,
    help="IG package (.tgz or folder), or file of one definition (may be repeated).",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Data directory whose packages and policies apply.",
)  # fmt: skip
@click.option("--source", default="", help="Whose policy applies, and who the report is for.")
@click.option(
    "--report", "reports", multiple=True, callback=_reports,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report: FILE.html to send, FILE.json to compute (may be repeated).",
)  # fmt: skip
@click.option(
    "--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier FILE.json to compare with.",
)  # fmt: skip
@click.option("--no-excerpts", is_flag=True, help="No value, id or file name in the report.")
@click.option("--json", "as_json", is_flag=True, help="NDJSON: one OperationOutcome a line.")
@click.option("--english", is_flag=True, help="Sentences in English.")
def validate(
    files: tuple[Path, ...],
    as_json: bool,  # noqa: FBT001
    english: bool,  # noqa: FBT001
    **options: Any,
) -> None:
    """Print one OperationOutcome per file; exit status 1 if there is any error, 2 for misuse.

    FHIR in JSON, XML and NDJSON. Of folders, files that end in .json, .xml, .ndjson or .jsonl are
    taken. A file of lines has one OperationOutcome: each issue says its line. Nothing is stored.
    """
    try:
        run = Run(Options(language="en" if english else "fr", **options))
    except Refused as refused:
        told = _told(refused.refusal.issues[0], english=english)
        raise click.UsageError(told) from None
    for issue in run.guides.issues:
        click.echo(_told(issue, english=english), err=True)
    chosen = taken(files)
    for name, outcome in run.outcomes(chosen.paths):
        click.echo(encode(outcome) if as_json else readable(name, outcome))
    run.write_reports()
    click.echo(totals_line(run.tally.totals(), chosen.passed_over, english=english), err=True)
    sys.exit(1 if run.failed else 0)


def readable(name: str, outcome: dict[str, Any]) -> str:
    lines = [name]
    for issue in outcome["issue"]:
        place = ", ".join(issue.get("expression", ()))
        place = ": ".join([*_lines(issue), place])
        text = issue.get("details", {}).get("text") or issue["diagnostics"]
        lines.append(f"  {issue['severity']:<12}{place}: {text}" if place else f"  {text}")
    return "\n".join(lines)


def _lines(issue: dict[str, Any]) -> list[str]:
    """The line that an issue of an NDJSON file bears; none of others."""
    extensions = issue.get("extension", ())
    return [str(one["valueInteger"]) for one in extensions if one["url"] == LINE]


def _told(issue: Issue, *, english: bool) -> str:
    text = issue.text("en" if english else "fr")
    return f"{issue.location}: {text}" if issue.location else text
