"""ORU^R01: OBR to DiagnosticReport, OBX to Observation.

A report is known by its number at the laboratory (OBR-3, else OBR-2) and what was asked (OBR-4); a
result by its report, code and sub-id. Both ids follow from these, so that a correction finds what
it corrects.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from hygie.hl7v2.message import Message, Segment
from hygie.intake.mapping import phrases
from hygie.intake.mapping.engine import Context, Ids, Scope
from hygie.refusal import Category, refuse

Resource = dict[str, Any]


class Group(msgspec.Struct):
    """One OBR with what follows it, and the number it is known by."""

    obr: Segment
    order: Segment | None
    key: str
    results: list[Segment] = msgspec.field(default_factory=list)
    documents: list[Segment] = msgspec.field(default_factory=list)
    specimens: list[Segment] = msgspec.field(default_factory=list)
    """SPM; of OUL, those that stand before the order."""
    others: dict[str, list[Segment]] = msgspec.field(default_factory=dict)
    """Segments after the OBR or after one OBX (by its place), NTE and PRT."""


class Bearer(msgspec.Struct, frozen=True):
    """What every resource of a message refers to."""

    subject: str
    encounter: str = ""

    def elements(self) -> Resource:
        found: Resource = {"subject": {"reference": self.subject}}
        return found | ({"encounter": {"reference": self.encounter}} if self.encounter else {})


def groups(message: Message) -> list[Group]:
    """The reports of a message in order; refuses a result outside of any."""
    found: list[Group] = []
    order: Segment | None = None
    anchor = ""
    leading: list[Segment] = []
    for segment in message.segments:
        if segment.name == "ORC":
            order = segment
        elif segment.name == "SPM":
            _take(segment, found, leading, first=message.type == "OUL")
        elif segment.name == "OBR":
            key = _key(message, segment, order)
            found.append(Group(segment, order, key, specimens=list(leading)))
            anchor = segment.where
        elif segment.name == "OBX":
            _add(found, segment)
            anchor = segment.where
        elif found and segment.name in ("NTE", "PRT"):
            found[-1].others.setdefault(anchor, []).append(segment)
    if not found:
        message.require("OBR")
    return found


def _take(spm: Segment, found: Sequence[Group], leading: list[Segment], *, first: bool) -> None:
    """A specimen is that of the order before it; of OUL, of the orders after it."""
    if first:
        if leading and found and found[-1].specimens == leading:
            leading.clear()
        leading.append(spm)
    elif found:
        found[-1].specimens.append(spm)


def _add(found: list[Group], obx: Segment) -> None:
    if not found:
        raise refuse(
            Category.INVALID, "result.outside", phrases.RESULT_OUTSIDE, code="structure",
            location=obx.where,
        )  # fmt: skip
    (found[-1].documents if obx.text(2).upper() == "ED" else found[-1].results).append(obx)


def _key(message: Message, obr: Segment, order: Segment | None) -> str:
    for segment, number in ((obr, 3), (order, 3), (obr, 2), (order, 2)):
        if segment and segment.text(number):
            return f"{message.sender}|{segment.raw(number)}|{obr.text(4)}"
    raise refuse(
        Category.INVALID, "result.no-number", phrases.NO_ORDER, code="required",
        location=obr.place(3),
    )  # fmt: skip


def report(group: Group, bearer: Bearer, context: Context) -> tuple[Resource, ...]:
    """The DiagnosticReport of a group, then its Observations."""
    observations = tuple(_observations(group, bearer, context))
    found: Resource = {
        "resourceType": "DiagnosticReport",
        "id": report_id(group, context.ids),
        **context.map("OBR", _scope(group, group.obr)),
        **bearer.elements(),
    }
    if observations:
        found["result"] = [{"reference": f"Observation/{item['id']}"} for item in observations]
    return (found, *observations)


def report_id(group: Group, ids: Ids) -> str:
    return ids("DiagnosticReport", group.key)


def _observations(group: Group, bearer: Bearer, context: Context) -> Iterator[Resource]:
    seen: Counter[str] = Counter()
    for obx in group.results:
        code = f"{obx.text(3, 1)}|{obx.text(3, 3)}|{obx.text(4)}"
        seen[code] += 1
        yield {
            "resourceType": "Observation",
            "id": context.ids("Observation", f"{group.key}|{code}|{seen[code]}"),
            **context.map("OBX", _scope(group, obx)),
            **bearer.elements(),
        }


def _scope(group: Group, anchor: Segment) -> Scope:
    """The segment, its OBR, and the notes that follow it."""
    others = group.others.get(anchor.where, ())
    notes = [segment for segment in others if segment.name == "NTE"]
    return {"OBR": (group.obr,), anchor.name: (anchor,), "NTE": notes}
