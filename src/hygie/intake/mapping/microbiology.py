"""Organisms and their susceptibilities: results that belong to another result. Pure.

A child order names the result it is about (HL7 v2.5 §7.2.4, §7.4.1.26): OBR-26 its code and sub-id,
OBR-29 the number of its order. Within one order of microbiology, results of one sub-id (OBX-4)
belong to the first of them that is coded, the organism. The organism `hasMember` its
susceptibilities, each `derivedFrom` it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from hygie.hl7v2.message import Segment
from hygie.intake.mapping import phrases
from hygie.intake.mapping.results import Group
from hygie.refusal import Issue

Resource = dict[str, Any]
Reported = tuple[Group, Sequence[Resource]]
"""A group and its Observations, one for each of its results."""
_SECTIONS: Final = ("MB", "MCB", "MYC", "VR")
"""OBR-24 (HL7 table 0074): microbiology, mycobacteriology, mycology, virology."""
_CODED: Final = ("CE", "CWE", "CNE")


def relate(reported: Sequence[Reported]) -> Iterator[Issue]:
    """Links the results of a message to those they are about; a warning where that is not there."""
    known = _known(reported)
    for group, observations in reported:
        if group.obr.text(24).upper() in _SECTIONS:
            _relate_within(group, observations)
        if not group.obr.text(26):
            continue
        parent = _parent(group, known)
        if parent is None:
            yield Issue(
                severity="warning", code="not-found", rule="result.parent-unknown",
                phrase=phrases.PARENT_UNKNOWN, location=group.obr.place(26),
            )  # fmt: skip
        for child in observations if parent is not None else ():
            _link(parent or {}, child)


def _relate_within(group: Group, observations: Sequence[Resource]) -> None:
    heads: dict[str, Resource] = {}
    for obx, observation in zip(group.results, observations, strict=True):
        rank = obx.text(4)
        if rank in heads:
            _link(heads[rank], observation)
        elif rank and obx.text(2).upper() in _CODED:
            heads[rank] = observation


def _known(reported: Sequence[Reported]) -> dict[tuple[str, str, str], Resource]:
    """By order number (any of its two, or none), code and sub-id."""
    found: dict[tuple[str, str, str], Resource] = {}
    for group, observations in reported:
        numbers = {group.obr.text(2), group.obr.text(3), ""}
        for obx, observation in zip(group.results, observations, strict=True):
            for number in numbers:
                found.setdefault((number, obx.text(3), obx.text(4)), observation)
    return found


def _parent(group: Group, known: dict[tuple[str, str, str], Resource]) -> Resource | None:
    about, order = group.obr.field(26), group.obr.field(29)
    numbers = [number for number in (order.text(2), order.text(1)) if number] or [""]
    keys = ((number, about.text(1), about.text(2)) for number in numbers)
    return next((known[key] for key in keys if key in known), None)


def _link(parent: Resource, child: Resource) -> None:
    if parent["id"] == child["id"]:
        return
    member = {"reference": f"Observation/{child['id']}"}
    members = parent.setdefault("hasMember", [])
    if member not in members:
        members.append(member)
    child["derivedFrom"] = [{"reference": f"Observation/{parent['id']}"}]


def keep_members(observation: Resource, stored: Resource) -> None:
    """Those of earlier messages: a correction of the organism alone does not repeat them."""
    members = observation.get("hasMember", [])
    earlier = [item for item in stored.get("hasMember", []) if item not in members]
    if earlier:
        observation["hasMember"] = [*earlier, *members]


def is_related(obr: Segment) -> bool:
    """True of an order whose results may belong to each other."""
    return obr.text(24).upper() in _SECTIONS or bool(obr.text(26))
