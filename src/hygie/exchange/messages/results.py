"""Observation, or DiagnosticReport with its Observations -> OBR and OBX (HL7 v2.5, chapter 7)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from hygie.exchange.messages.places import professional
from hygie.hl7v2.writing import (
    components,
    entity,
    moment,
    number,
    repetitions,
    segment,
    text,
)

Json = dict[str, Any]
STATUSES: Final = {
    "final": "F", "amended": "C", "corrected": "C", "appended": "C", "preliminary": "P",
    "partial": "P", "registered": "I", "cancelled": "X", "entered-in-error": "W",
}  # fmt: skip
"""-> HL7 tables 0085 and 0123."""
_WITHDRAWN: Final = {"DiagnosticReport": "X"}
"""Table 0123 knows no error: there is no result."""
SYSTEMS: Final = {
    "http://loinc.org": "LN",
    "http://snomed.info/sct": "SCT",
    "http://hl7.org/fhir/sid/icd-10": "I10",
    "http://unitsofmeasure.org": "UCUM",
}
"""-> HL7 table 0396; all others are local (L)."""
NOT_TOLD: Final = "Valeur non transmise : consultez Hygie."


def obr(resource: Json) -> str:
    status = STATUSES.get(str(resource.get("status")), "")
    return segment(
        "OBR",
        {
            1: "1",
            2: _entity(resource, "PLAC"),
            3: _entity(resource, "FILL") or _number(resource),
            4: concept(resource.get("code", {})),
            7: _effective(resource),
            22: moment(resource.get("issued")),
            24: _section(resource),
            25: status if status != "W" else _WITHDRAWN.get(resource["resourceType"], ""),
            32: repetitions(professional(one) for one in resource.get("resultsInterpreter", [])),
        },
    )


def conclusion(resource: Json) -> Iterator[str]:
    """NTE of a report."""
    yield from _ntes(str(resource.get("conclusion", "")))


def observations(resource: Json, context: Mapping[str, Json]) -> list[Json]:
    """Those that a message of `resource` tells."""
    if resource["resourceType"] == "Observation":
        return [resource]
    listed = (str(one.get("reference", "")) for one in resource.get("result", []))
    return [context[reference] for reference in listed if reference in context]


def obxs(listed: Sequence[Json], removed: Collection[str] = ()) -> Iterator[str]:
    """Numbered from 1; components of an observation follow it, with a sub-id each. `removed`:
    references of those that were deleted."""
    count = 0
    for rank, one in enumerate(listed, start=1):
        parts = [part | _shared(one) for part in one.get("component", [])]
        alone = [one] if "component" not in one or _kind(one) else []
        gone = f"Observation/{one.get('id')}" in removed
        status = "D" if gone else STATUSES.get(str(one.get("status")), "F")
        for sub, item in enumerate([*alone, *parts], start=1):
            count += 1
            yield _obx(count, f"{rank}.{sub}" if parts else "", item, status)
            yield from _ntes("\n".join(str(n.get("text", "")) for n in item.get("note", [])))
            if _kind(item) not in ("", *VALUES):
                yield segment("NTE", {1: "1", 3: text(NOT_TOLD)})


def concept(value: Json) -> str:
    """CWE: two codings at most, and the text."""
    codings = value.get("coding", [])[:2]
    parts: list[object] = []
    for coding in codings:
        system = SYSTEMS.get(str(coding.get("system", "")), "L")
        parts += [coding.get("code", ""), coding.get("display", ""), system]
    if not parts:
        return components("", value.get("text", ""))
    return components(*parts, *[""] * (8 - len(parts)), value.get("text", ""))


def _obx(rank: int, sub: str, item: Json, status: str) -> str:
    kind = _kind(item)
    type_, value = VALUES[kind](item[kind]) if kind in VALUES else ("", "")
    return segment(
        "OBX",
        {
            1: str(rank),
            2: type_,
            3: concept(item.get("code", {})),
            4: sub,
            5: value,
            6: _unit(item.get(kind, {})),
            7: _range(item),
            8: repetitions(_flags(item)),
            11: status,
            14: _effective(item),
            16: repetitions(professional(one) for one in item.get("performer", [])),
            17: concept(item.get("method", {})),
            19: moment(item.get("issued")),
        },
    )


def _ntes(said: str) -> Iterator[str]:
    """A line each: they are one text again where they are read."""
    for rank, line in enumerate(said.split("\n") if said else [], start=1):
        yield segment("NTE", {1: str(rank), 3: text(line)})


def _section(resource: Json) -> str:
    """Of HL7 table 0074."""
    for one in resource.get("category", []):
        for coding in one.get("coding", []):
            if str(coding.get("system", "")).endswith("v2-0074"):
                return text(coding.get("code", ""))
    return ""


def _entity(resource: Json, kind: str) -> str:
    """EI of the number that the placer (PLAC) or the filler (FILL) gave."""
    for one in resource.get("identifier", []):
        codes = {coding.get("code") for coding in one.get("type", {}).get("coding", [])}
        if kind in codes and one.get("value"):
            return entity(str(one["value"]), str(one.get("system", "")))
    return ""


def _shared(one: Json) -> Json:
    return {name: one[name] for name in ("effectiveDateTime",) if name in one}


def _kind(item: Json) -> str:
    return next((name for name in item if name.startswith("value")), "")


def _quantity(value: Json) -> tuple[str, str]:
    if "comparator" in value:
        return "SN", components(value["comparator"], number(value.get("value")))
    return "NM", number(value.get("value", ""))


def _ranged(value: Json) -> tuple[str, str]:
    low, high = value.get("low", {}), value.get("high", {})
    return "SN", components("", number(low.get("value")), "-", number(high.get("value")))


def _ratio(value: Json) -> tuple[str, str]:
    above, below = value.get("numerator", {}), value.get("denominator", {})
    return "SN", components("", number(above.get("value")), ":", number(below.get("value")))


VALUES: Final[dict[str, Callable[[Any], tuple[str, str]]]] = {
    "valueQuantity": _quantity,
    "valueRange": _ranged,
    "valueRatio": _ratio,
    "valueInteger": lambda value: ("NM", number(value)),
    "valueString": lambda value: ("FT" if "\n" in value else "ST", text(value)),
    "valueBoolean": lambda value: ("ST", "oui" if value else "non"),
    "valueCodeableConcept": lambda value: ("CWE", concept(value)),
    "valueDateTime": lambda value: ("TS", moment(value)),
    "valueTime": lambda value: ("TM", str(value).partition(".")[0].replace(":", "")),
}
"""value[x] -> OBX-2 and OBX-5; others are named in a note."""


def _unit(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    part = value.get("low") or value.get("numerator") or value
    if not isinstance(part, dict) or not (part.get("unit") or part.get("code")):
        return ""
    system = SYSTEMS.get(str(part.get("system", "")), "")
    code = part.get("code", part.get("unit", ""))
    return components(code, part.get("unit", ""), system)


def _range(item: Json) -> str:
    for one in item.get("referenceRange", [])[:1]:
        if "text" in one:
            return text(one["text"])
        low, high = one.get("low", {}).get("value"), one.get("high", {}).get("value")
        least, most = number(low), number(high)
        if least and most:
            return f"{least}-{most}"
        return f">={least}" if least else f"<={most}" if most else ""
    return ""


def _flags(item: Json) -> list[str]:
    return [
        text(coding.get("code", ""))
        for one in item.get("interpretation", [])
        for coding in one.get("coding", [])[:1]
    ]


def _number(resource: Json) -> str:
    for one in resource.get("identifier", [])[:1]:
        if one.get("value"):
            return components(one["value"])
    return components(resource.get("id", ""), "HYGIE")


def _effective(resource: Json) -> str:
    period = resource.get("effectivePeriod", {})
    return moment(
        resource.get("effectiveDateTime") or resource.get("effectiveInstant") or period.get("start")
    )
