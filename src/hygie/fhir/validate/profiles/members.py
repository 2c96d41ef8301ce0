"""The items of one element of an object, against what a profile says of it.

A member check is `(holder, place, report)`. It is made for what a profile says and no more: most
elements only ask to be there, or to have their items checked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hygie.fhir.definitions import Registry
from hygie.fhir.path.model import is_a
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.items import ONE, Form, Item, Slot, items
from hygie.fhir.validate.profiles.plain import ListCheck, is_plain, plain_check
from hygie.fhir.validate.profiles.slicing import ANY_TYPE, Checks, Slicing, apply
from hygie.fhir.validate.profiles.values import Check
from hygie.fhir.validate.report import Place, Report

MemberCheck = Callable[[dict[str, Any], Place, Report], None]


@dataclass(frozen=True, slots=True)
class Member:
    """What a profile adds to what the type says of an element."""

    slot: Slot
    label: str
    """The name, as the profile writes it (`value[x]`)."""
    minimum: int = 0
    """0 where the type asks for as many."""
    maximum: int | None = None
    """None where the type allows no more."""
    types: tuple[str, ...] = ()
    """Those that are left of the types of a choice, or of a resource; empty: all."""
    checks: Checks = field(default_factory=dict)
    slicing: Slicing | None = None

    @property
    def is_needed(self) -> bool:
        """Whether it has something to say where the element is not there."""
        slices = self.slicing.slices if self.slicing else ()
        return self.minimum > 0 or any(slice_.minimum for slice_ in slices)

    @property
    def is_idle(self) -> bool:
        asked = self.minimum or self.maximum is not None or self.types
        return not (asked or self.checks or self.slicing)


def member_check(member: Member, registry: Registry) -> MemberCheck | None:
    """The fastest check that does all a member asks; None when it asks nothing."""
    if member.is_idle:
        return None
    form = member.slot.forms[0]
    if member.slot.choice or member.types or form.type == "Resource":
        return _general(member, registry)
    if member.slicing is not None:
        is_list_of_objects = member.slot.repeats and not form.beside
        if is_list_of_objects and is_plain(member.slicing):
            return _sliced(member, form, plain_check(member.slicing))
        return _general(member, registry)
    check = member.checks.get(ANY_TYPE)
    if member.slot.repeats:
        return _repeated(member, form, check)
    return _single(member, form, check)


def of_object(members: Sequence[tuple[Member, MemberCheck]]) -> Check:
    """All members of an object: those that may be missed, and of the others those it has."""
    needed = [check for member, check in members if member.is_needed]
    others = {
        name: check
        for member, check in members
        if not member.is_needed
        for name in member.slot.by_name
    }

    def run(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if type(value) is not dict:
            return
        for check in needed:
            check(value, place, report)
        for name in value:
            found = others.get(name)
            if found is not None and (name[:1] != "_" or name[1:] not in value):
                found(value, place, report)

    return run


def _single(member: Member, form: Form, check: Check | None) -> MemberCheck:
    """An element that does not repeat, and has one type."""
    name, beside = form.json_name, form.beside
    required, prohibited = member.minimum > 0, member.maximum == 0

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
        value = holder.get(name)
        sibling = holder.get(beside) if beside else None
        if value is None and sibling is None:
            if required:
                _missing(member, 0, place, report)
        elif prohibited:
            _more(member, 1, place, report)
        elif check is not None:
            check(value, sibling, (place, name, ONE), report)

    return run


def _repeated(member: Member, form: Form, check: Check | None) -> MemberCheck:
    """An element that repeats, of one type."""
    name, beside = form.json_name, form.beside

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
        found = holder.get(name)
        if beside and beside in holder:
            _each(member, items(holder, member.slot), place, report)
            return
        if type(found) is not list:
            found = ()
        _count(member, len(found), place, report)
        if check is not None:
            for index, value in enumerate(found):
                check(value, None, (place, name, index), report)

    return run


def _sliced(member: Member, form: Form, check: ListCheck) -> MemberCheck:
    """An element that repeats, of one complex type, whose slices are told by their JSON."""
    name = form.json_name

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
        found = holder.get(name)
        if type(found) is not list:
            found = ()
        _count(member, len(found), place, report)
        check(found, place, report)

    return run


def _general(member: Member, registry: Registry) -> MemberCheck:
    """A choice, a resource, or a sliced element."""
    slot, types, checks, slicing = member.slot, member.types, member.checks, member.slicing
    single = slot.forms[0].json_name if len(slot.forms) == 1 and not slot.forms[0].beside else ""
    needed = bool(member.minimum) or bool(slicing and any(s.minimum for s in slicing.slices))

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
        if single and not needed and single not in holder:
            return
        found = items(holder, slot)
        _count(member, len(found), place, report)
        if types:
            found = [item for item in found if _is_allowed(item, types, registry, place, report)]
        if slicing is not None:
            slicing.check(found, place, report)
        elif checks:
            for item in found:
                apply(checks, item, place, report)

    return run


def _each(member: Member, found: Sequence[Item], place: Place, report: Report) -> None:
    _count(member, len(found), place, report)
    for item in found:
        apply(member.checks, item, place, report)


# --- what is wrong ------------------------------------------------------------------------
def _count(member: Member, count: int, place: Place, report: Report) -> None:
    if count < member.minimum:
        _missing(member, count, place, report)
    elif member.maximum is not None and count > member.maximum:
        _more(member, count, place, report)


def _missing(member: Member, count: int, place: Place, report: Report) -> None:
    details = {"name": member.label, "count": str(count), "limit": str(member.minimum)}
    phrase = phrases.TOO_FEW if count or member.minimum > 1 else phrases.MISSING
    report.add("required", "profile.minimum", phrase, place, **details)


def _more(member: Member, count: int, place: Place, report: Report) -> None:
    details = {"name": member.label, "count": str(count), "limit": str(member.maximum)}
    phrase = phrases.TOO_MANY if member.maximum else phrases.PROHIBITED
    where = (place, member.slot.name, ONE)
    report.add("structure", "profile.maximum", phrase, where, **details)


def _is_allowed(
    item: Item, types: tuple[str, ...], registry: Registry, place: Place, report: Report
) -> bool:
    if any(is_a(registry, item.type, name) for name in types):
        return True
    details = {"found": item.type, "types": ", ".join(types)}
    where = (place, item.step, item.at)
    report.add("structure", "profile.type", phrases.TYPE, where, **details)
    return False
