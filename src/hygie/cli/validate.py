"""`hygie validate`: check resources without storing anything."""

import sys
from pathlib import Path
from typing import Any

import click

from hygie.fhir.codec import decode, encode
from hygie.fhir.outcome import operation_outcome
from hygie.fhir.validate import base_validator
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Issue, Refused, has_errors


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="NDJSON: one OperationOutcome a line.")
@click.option("--english", is_flag=True, help="Sentences in English.")
def validate(files: tuple[Path, ...], as_json: bool, english: bool) -> None:  # noqa: FBT001
    """Print one OperationOutcome per file; exit status 1 if there is any error."""
    failed = False
    for file in files:
        issues = check(file.read_bytes())
        failed |= has_errors(issues)
        outcome = operation_outcome(issues, "en" if english else "fr")
        click.echo(encode(outcome) if as_json else readable(file, outcome))
    sys.exit(1 if failed else 0)


def check(raw: bytes) -> list[Issue]:
    """Every problem of one resource; what cannot be read at all is the only one."""
    try:
        return base_validator().validate(decode(raw, limit=MAX_BUNDLE_BYTES))
    except Refused as refused:
        return list(refused.refusal.issues)


def readable(file: Path, outcome: dict[str, Any]) -> str:
    lines = [str(file)]
    for issue in outcome["issue"]:
        place = ", ".join(issue.get("expression", ()))
        text = issue.get("details", {}).get("text") or issue["diagnostics"]
        lines.append(f"  {issue['severity']:<12}{place}: {text}" if place else f"  {text}")
    return "\n".join(lines)
