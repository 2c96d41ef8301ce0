"""What `$viewdefinition-run` is asked (SQL on FHIR, ViewDefinitionRun): parameters in the body; the
form of the answer in the address as well, where health data never are."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from hygie.api import messages
from hygie.api.headers import media_type
from hygie.api.request import Request
from hygie.fhir.codec import Resource
from hygie.insight.views import library
from hygie.insight.views.writers import Format
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.bodies.placing import is_id
from hygie.store.interactions.searching import since, unknown_parameter

FORMATS: Final[dict[str, Format]] = {
    "ndjson": "ndjson", "application/x-ndjson": "ndjson", "application/ndjson": "ndjson",
    "json": "json", "application/json": "json",
    "csv": "csv", "text/csv": "csv",
    "parquet": "parquet", "application/vnd.apache.parquet": "parquet",
    "application/octet-stream": "parquet",
}  # fmt: skip
"""What is asked for -> format. DuckDB's own is a file, for `hygie view`."""
NAMES: Final = "ndjson, json, csv, parquet"
NOT_OFFERED: Final = ("group", "source")
IN_ADDRESS: Final = ("_format", "_limit", "header")
OF_STORED: Final = ("patient", "_since")
PATIENT: Final = re.compile(r"(?:Patient/)?([A-Za-z0-9\-.]{1,64})")
READY: Final = re.compile(r"(?:ViewDefinition/|urn:hygie:view:)([A-Za-z0-9_]{1,63})")
MAX_LIMIT: Final = 2**31 - 1


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    definition: Resource
    format: Format = "ndjson"
    header: bool = True
    """Of CSV."""
    patient: str = ""
    since: datetime | None = None
    limit: int | None = None
    """Rows."""
    resources: tuple[Resource, ...] | None = None
    """What the view is run over, in place of what is stored."""


def run_request(request: Request, body: Resource) -> RunRequest:
    """Raises `Refused`: INVALID for what is not understood or not offered, each by its name."""
    asked = _in_address(request)
    if body["resourceType"] != "Parameters":
        return RunRequest(definition=body, **asked)
    resources: list[Resource] = []
    for name, value in _parts(body):
        if name == "resource":
            resources.append(_resource(name, value))
            continue
        key, read = _reader(name)
        if key in asked and name not in IN_ADDRESS:
            raise _wrong(name, messages.VIEW_TWICE)
        asked[key] = read(name, value)
    if "definition" not in asked:
        raise _wrong("viewResource", messages.VIEW_MISSING, code="required")
    _require_heeded(asked, resources)
    return RunRequest(**asked, resources=tuple(resources) if resources else None)


def _require_heeded(asked: Mapping[str, Any], resources: Sequence[Resource]) -> None:
    """A filter that is not heeded would show others than those it asks for."""
    for name in OF_STORED if resources else ():
        if READERS[name][0] in asked:
            raise _wrong(name, messages.VIEW_BOTH)


def _in_address(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    accepted = _accepted(request.header(b"accept"))
    if accepted is not None:
        found["format"] = accepted
    for name, value in request.parameters:
        if name not in IN_ADDRESS:
            known = name in READERS or name in ("resource", *NOT_OFFERED)
            raise _wrong(name, messages.VIEW_IN_BODY) if known else unknown_parameter(name)
        key, read = READERS[name]
        found[key] = read(name, _typed(name, value))
    return found


def _accepted(header: str) -> Format | None:
    """The first format of an Accept header that is offered; FHIR's own types ask for nothing."""
    names = (media_type(item)[0] for item in header.split(","))
    return next((FORMATS[name] for name in names if name in FORMATS), None)


def _typed(name: str, text: str) -> Any:
    """A value of the address as a body would have it."""
    match name, text:
        case "header", ("true" | "false"):
            return text == "true"
        case "_limit", _ if text.isascii() and text.isdigit() and len(text) <= 10:
            return int(text)
        case _:
            return text


def _parts(body: Resource) -> Sequence[tuple[str, Any]]:
    """Name and value of each parameter."""
    parts = body.get("parameter", [])
    if not isinstance(parts, list):
        raise _wrong("parameter", messages.VIEW_VALUE)
    return [_part(part) for part in parts]


def _part(part: Any) -> tuple[str, Any]:
    if not isinstance(part, dict) or not isinstance(part.get("name"), str):
        raise _wrong("parameter", messages.VIEW_VALUE)
    values = [value for key, value in part.items() if key == "resource" or key.startswith("value")]
    if len(values) != 1:
        raise _wrong(part["name"], messages.VIEW_VALUE)
    return part["name"], values[0]


# --- one parameter --------------------------------------------------------------------------
def _resource(name: str, value: Any) -> Resource:
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        return value
    raise _wrong(name, messages.VIEW_VALUE)


def _definition(name: str, value: Any) -> Resource:
    if isinstance(value, dict):
        return value
    raise _wrong(name, messages.VIEW_VALUE)


def _ready(name: str, value: Any) -> Resource:
    """A ready view, by `ViewDefinition/NAME` or its canonical URL."""
    found = READY.fullmatch(_reference(value).partition("|")[0])
    if found is None:
        raise _wrong(name, messages.VIEW_REFERENCE, code="not-found")
    return library.definition(found[1])


def _patient(name: str, value: Any) -> str:
    found = PATIENT.fullmatch(_reference(value))
    if found is None or not is_id(found[1]):
        raise _wrong(name, messages.VIEW_VALUE)
    return found[1]


def _reference(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("reference")
    return value if isinstance(value, str) else ""


def _format(name: str, value: Any) -> Format:
    asked = media_type(value.replace(" ", "+"))[0] if isinstance(value, str) else ""
    if asked not in FORMATS:
        raise _wrong(name, messages.VIEW_FORMAT, allowed=NAMES, code="not-supported")
    return FORMATS[asked]


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong(name, messages.VIEW_VALUE)


def _number(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_LIMIT:
        return value
    raise _wrong(name, messages.VIEW_VALUE)


def _since(_name: str, value: Any) -> datetime:
    return since(value if isinstance(value, str) else "")


Reader = tuple[str, Callable[[str, Any], Any]]
"""The field of `RunRequest` that a parameter sets, and what reads it."""
READERS: Final[dict[str, Reader]] = {
    "viewResource": ("definition", _definition),
    "viewReference": ("definition", _ready),
    "_format": ("format", _format),
    "header": ("header", _boolean),
    "patient": ("patient", _patient),
    "_since": ("since", _since),
    "_limit": ("limit", _number),
}


def _reader(name: str) -> Reader:
    if name in NOT_OFFERED:
        raise _wrong(name, messages.VIEW_NOT_OFFERED, code="not-supported")
    if name not in READERS:
        raise unknown_parameter(name)
    return READERS[name]


def _wrong(name: str, phrase: Phrase, *, code: str = "value", **details: str) -> Refused:
    return refuse(
        Category.INVALID, "view.parameter", phrase, code=code, location=name[:64],
        name=name[:64], **details,
    )  # fmt: skip
