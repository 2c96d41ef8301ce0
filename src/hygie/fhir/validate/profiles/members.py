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


def of_object(members: Sequence[Member], registry: Registry) -> Check | None:
    """All members of an object: those it has, and those that may not be missing."""
    present: dict[str, MemberCheck] = {}
    needed: list[tuple[frozenset[str], MemberCheck]] = []
    for member in members:
        check = member_check(member, registry)
        if check is None:
            continue
        present |= _by_name(member, check, registry)
        if member.is_needed:
            needed.append((frozenset(member.slot.by_name), check))
    return _of_members(present, needed) if present or needed else None


def _of_members(
    present: dict[str, MemberCheck], needed: list[tuple[frozenset[str], MemberCheck]]
) -> Check:
    def run(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if type(value) is not dict:
            return
        for names, check in needed:
            if names.isdisjoint(value):
                check(value, place, report)
        for name in value:
            found = present.get(name)
            if found is not None and (name[:1] != "_" or name[1:] not in value):
                found(value, place, report)

    return run


def _by_name(member: Member, check: MemberCheck, registry: Registry) -> dict[str, MemberCheck]:
    """What is to be run where an object has a member of this name."""
    if not member.slot.choice or member.slicing is not None:
        return dict.fromkeys(member.slot.by_name, check)
    forms = ((name, _chosen(member, form, registry)) for name, form in member.slot.by_name.items())
    return {name: made for name, made in forms if made is not None}


def _chosen(member: Member, form: Form, registry: Registry) -> MemberCheck | None:
    """One form of a choice: prohibited, of a type that is not left, or to be checked."""
    types, step = member.types, form.step
    if types and not any(is_a(registry, form.type, name) for name in types):
        return lambda _, place, report: _wrong_type(form.type, types, (place, step, ONE), report)
    if member.maximum == 0:
        return lambda _, place, report: _more(member, 1, place, report)
    check = member.checks.get(form.type) or member.checks.get(ANY_TYPE)
    if check is None:
        return None
    name, beside, found = form.json_name, form.beside, check

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
        found(holder.get(name), holder.get(beside), (place, step, ONE), report)

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

    def run(holder: dict[str, Any], place: Place, report: Report) -> None:
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
    _wrong_type(item.type, types, (place, item.step, item.at), report)
    return False


def _wrong_type(found: str, types: tuple[str, ...], place: Place, report: Report) -> None:
    details = {"found": found, "types": ", ".join(types)}
    report.add("structure", "profile.type", phrases.TYPE, place, **details)
