"""Which format a file is in, and the resources that it holds.

The content decides, not the name, except that `.ndjson` makes NDJSON of a file with a single line.
"""

import codecs
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, NamedTuple

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry, r4
from hygie.fhir.formats import phrases
from hygie.fhir.xml import read_xml
from hygie.limits import MAX_ISSUES, MAX_RESOURCE_BYTES
from hygie.refusal import Issue, Phrase, Refused, Severity

LINES: Final = (".ndjson", ".jsonl")
UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MARKS: Final = (codecs.BOM_UTF8, *UTF16)
SPACE: Final = b" \t\r\n"


class Read(NamedTuple):
    """One resource of a file, or what stands where one should."""

    label: str
    """The file's name, and the line in one of NDJSON: "export.ndjson:12"."""
    resource: dict[str, Any] | None
    """None where it could not be read; an issue then says why."""
    issues: list[Issue]


def read_resources(
    raw: bytes, name: str, registry: Registry | None = None, *, limit: int = MAX_RESOURCE_BYTES
) -> Iterator[Read]:
    """The resources in `raw`, in order: one, or one for each line of NDJSON.

    `limit`: bytes of one document or line. Never raises for bad data: what cannot be read is an
    issue, with its line and column where the text has one.
    """
    start = _start(raw)
    if start == b"<":
        yield Read(name, *read_xml(raw, registry or r4(), limit=limit))
    elif not start:
        yield Read(name, None, [_issue("error", "format.empty", phrases.EMPTY)])
    elif start not in b"{[":
        yield Read(name, None, [_issue("error", "format.unknown", phrases.UNKNOWN)])
    elif name.lower().endswith(LINES) or _has_lines(raw):
        yield from _lines(raw, name, limit)
    else:
        yield Read(name, *_json(raw, limit))


def _start(raw: bytes) -> bytes:
    """The first character of the text, as ASCII; empty when there is none."""
    head = raw[:1024]
    for mark in MARKS:
        head = head.removeprefix(mark)
    return head.lstrip(SPACE + b"\x00")[:1]


def _has_lines(raw: bytes) -> bool:
    """Whether a first line is an object by itself, and another one follows."""
    first, _, rest = raw.strip(SPACE).partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip(SPACE)[:1] == b"{"


def _lines(raw: bytes, name: str, limit: int) -> Iterator[Read]:
    waiting: list[Issue] = []
    """What is said of empty lines goes with the resource that follows: at the end they are none."""
    for number, line in enumerate(BytesIO(raw), 1):
        if not line.strip(SPACE):
            if len(waiting) < MAX_ISSUES:
                told = {"line": str(number)}
                waiting.append(_issue("warning", "ndjson.empty-line", phrases.EMPTY_LINE, **told))
            continue
        resource, issues = _json(line.removesuffix(b"\n"), limit)
        found = [*waiting, *(_on_line(issue, number) for issue in issues)]
        yield Read(f"{name}:{number}", resource, found)
        waiting = []


def _on_line(issue: Issue, number: int) -> Issue:
    if "line" not in issue.details:
        return issue
    return msgspec.structs.replace(issue, details={**issue.details, "line": str(number)})


def _json(raw: bytes, limit: int) -> tuple[dict[str, Any] | None, list[Issue]]:
    issues: list[Issue] = []
    if raw.startswith(codecs.BOM_UTF8):
        issues.append(_issue("warning", "json.byte-order-mark", phrases.BYTE_ORDER_MARK))
    try:
        return decode(raw, limit=limit), issues
    except Refused as refused:
        return None, [*issues, *refused.refusal.issues]


def _issue(severity: Severity, rule: str, phrase: Phrase, **details: str) -> Issue:
    return Issue(severity=severity, code="structure", rule=rule, phrase=phrase, details=details)
