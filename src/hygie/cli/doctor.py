"""`hygie doctor`: is the store whole?"""

import os
import sys
from pathlib import Path

import click
import msgspec
import uvloop

from hygie.bootstrap.house import database, placed_key
from hygie.cli.options import NICENESS, as_json, data, database_url
from hygie.cli.progress import progress_bar
from hygie.cli.stores import require_store
from hygie.ops import Doctor, Finding, Report
from hygie.ops.pace import Pace
from hygie.settings import Settings, load

MARKS = {"error": ("✗", "red"), "warning": ("!", "yellow"), "information": ("·", "cyan")}


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild what can be proven; each repair is traced.")
@click.option(
    "--rest", default=1.0, show_default=True, type=click.FloatRange(0, 100),
    help="Rest after each slice, as a multiple of the time it took; 0 for full speed.",
)  # fmt: skip
@as_json
@data
@database_url
def doctor(
    *,
    repair: bool,
    rest: float,
    as_json: bool,
    data: Path | None,
    database_url: str | None,
) -> None:
    """Examine the whole store: bodies, index, history, references, keys, schema, traces, pages.

    Meant for a store that is being served: reads in short slices, and rests between them. Shows
    pseudonymous keys, never data. Exit status 1 when something wrong is left as it was.
    """
    settings = load(data=data, database_url=database_url)
    require_store(settings)
    os.nice(NICENESS)
    report = uvloop.run(_examine(settings, rest, repair=repair))
    click.echo(msgspec.json.encode(described(report)) if as_json else readable(report))
    sys.exit(0 if report.healthy else 1)


async def _examine(settings: Settings, rest: float, *, repair: bool) -> Report:
    with (
        placed_key(settings) as placed,
        database(placed, "hygie doctor") as dsn,
        progress_bar("Examen") as progress,
    ):
        pace = Pace(rest, progress)
        examiner = Doctor(dsn, placed.key_file, placed.zone, pace, words=placed.words)
        return await examiner.examine(repair=repair)


def described(report: Report) -> dict[str, object]:
    findings = [finding.described() for finding in report.findings]
    return {"healthy": report.healthy, "findings": findings}


def readable(report: Report) -> str:
    verdict = (
        click.style("Le dépôt est sain.", fg="green", bold=True)
        if report.healthy
        else click.style("Le dépôt est endommagé.", fg="red", bold=True)
    )
    return "\n".join([*(_paragraph(finding) for finding in report.findings), verdict])


def _paragraph(finding: Finding) -> str:
    mark, colour = MARKS[finding.kind.severity]
    repaired = f", {finding.repaired} réparés" if finding.repaired else ""
    more = "…" if finding.count > len(finding.examples) else ""
    title = f"{click.style(mark, fg=colour)} {finding.kind.rule} ({finding.count}{repaired})"
    examples = f"{', '.join(finding.examples)}{more}"
    return f"{title} : {finding.kind.what.fr}\n    {examples}\n    → {finding.kind.advice.fr}"
