"""What `$import` asks: the manifest of SMART's bulk import, as JSON or as a Parameters resource."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hygie.api.bulk import messages
from hygie.api.bulk.export_request import FORMATS
from hygie.api.bulk.parameters import wrong
from hygie.fhir.definitions import Registry
from hygie.intake.imports.asked import Asked, Input
from hygie.limits.bulk import MAX_IMPORT_INPUTS

KNOWN: Final = frozenset({"inputFormat", "inputSource", "storageDetail", "input", "mode"})
MODES: Final = frozenset({"InitialLoad", "IncrementalLoad"})
"""Others' word for how: here both add, and take what is known for known."""
Json = Mapping[str, Any]


def asked_of(body: Any, registry: Registry, url: str) -> Asked:
    """Raises `Refused`: INVALID, by the name of what is not understood or not offered."""
    given = _plain(body)
    for name in given:
        if name not in KNOWN:
            raise wrong(name, messages.NOT_OFFERED, code="not-supported")
    if given.get("inputFormat", "application/fhir+ndjson") not in FORMATS:
        raise wrong("inputFormat", messages.FORMAT, code="not-supported")
    if given.get("mode", "IncrementalLoad") not in MODES:
        raise wrong("mode", messages.VALUE)
    storage = given.get("storageDetail", {})
    if not isinstance(storage, dict) or storage.get("type", "https") != "https":
        raise wrong("storageDetail", messages.STORAGE, code="not-supported")
    inputs = given.get("input", [])
    if not isinstance(inputs, list) or not 0 < len(inputs) <= MAX_IMPORT_INPUTS:
        raise wrong("input", messages.INPUTS, limit=str(MAX_IMPORT_INPUTS))
    return Asked(url=url, inputs=tuple(_input(one, registry) for one in inputs))


def _input(one: Any, registry: Registry) -> Input:
    kind, url = (one.get("type"), one.get("url")) if isinstance(one, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(url, str):
        raise wrong("input", messages.INPUTS, limit=str(MAX_IMPORT_INPUTS))
    # A bundle holds types of its own, for which nobody was asked whether they are allowed.
    if not registry.is_resource(kind) or kind == "Bundle":
        raise wrong("input", messages.TYPE, type=kind[:64])
    return Input(kind, url)


def _plain(body: Any) -> dict[str, Any]:
    """Parameters as the JSON they stand for."""
    if not isinstance(body, dict):
        raise wrong("input", messages.INPUTS, limit=str(MAX_IMPORT_INPUTS))
    if body.get("resourceType") != "Parameters":
        return body
    given: dict[str, Any] = {"input": []}
    for name, value in _parts(body.get("parameter", [])):
        if name == "input":
            given["input"].append(value)
        else:
            given[name] = value
    return given


def _parts(parameters: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(parameters, list):
        raise wrong("parameter", messages.VALUE)
    for one in parameters:
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise wrong("parameter", messages.VALUE)
        yield one["name"], dict(_parts(one["part"])) if "part" in one else _value(one)


def _value(parameter: Json) -> Any:
    found: Iterable[Any] = (v for name, v in parameter.items() if name.startswith("value"))
    return next(iter(found), None)
