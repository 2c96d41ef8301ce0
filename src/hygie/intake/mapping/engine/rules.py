"""Rows compiled: each a closure that reads segments and writes elements."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from hygie.fhir.definitions.registry import Registry
from hygie.hl7v2.message import NULL, missing_field
from hygie.intake.mapping.engine.conditions import compile_tests
from hygie.intake.mapping.engine.context import Context, Resource, Scope
from hygie.intake.mapping.engine.conversion import Conversion, Conversions, Options, Read
from hygie.intake.mapping.engine.model import CodeList, Row, wrong
from hygie.intake.mapping.engine.references import Place, read_place
from hygie.intake.mapping.engine.targets import (
    ANY,
    Put,
    Step,
    check_target,
    compile_put,
    fresh,
    is_list,
    read_target,
)

Apply = Callable[[Scope, Context, Resource], bool]
"""Writes what it found; True when it found something."""


class Rule(msgspec.Struct, frozen=True):
    row: Row
    apply: Apply
    top: str
    """The element of the resource that it is about, or empty when it merges several."""
    places: tuple[Place, ...]


class Surroundings(msgspec.Struct, frozen=True):
    """What rows are compiled against."""

    conversions: Conversions
    codes: Mapping[str, CodeList]
    registry: Registry


def compile_row(row: Row, resource: str, table: str, around: Surroundings) -> Rule:
    """The rule of a row; refused at "TABLE ROW" when something in it is not."""
    where = f"{table} {row.id}"
    if not row.why.strip():
        raise wrong(where, "why: ∅")
    steps = read_target(row.to, where)
    places = tuple(read_place(text, where) for text in row.sources)
    found = _apply(row, steps, places, resource, where, around)
    top = steps[0][0] if steps else ""
    if row.required:
        found = _required(found, places, where)
    return Rule(row, _with_default(row, found, compile_put(steps, row.beside), top), top, places)


def _apply(
    row: Row, steps: tuple[Step, ...], places: tuple[Place, ...], resource: str, where: str,
    around: Surroundings,
) -> Apply:  # fmt: skip
    put = compile_put(steps, row.beside)
    if not places:
        return _without_source(row, steps, put, resource, where, around)
    conversion = around.conversions.fields.get(row.as_)
    if conversion is None:
        raise wrong(where, f"as: « {row.as_[:40]} » ∅")
    check_target(resource, steps, conversion.gives, around.registry, where)
    many = is_list(steps)
    readers = [
        _of_place(place, _reader(row, place, conversion, where, around), row, put, where)
        for place in places
    ]
    return readers[0] if len(readers) == 1 else _several(readers, many=many)


def _several(readers: Sequence[Apply], *, many: bool) -> Apply:
    def apply(scope: Scope, context: Context, resource: Resource) -> bool:
        found = False
        for read in readers:
            if read(scope, context, resource):
                found = True
                if not many:
                    break
        return found

    return apply


def _reader(
    row: Row, place: Place, conversion: Conversion, where: str, around: Surroundings
) -> Read:
    given = {name for name in ("codes", "system") if getattr(row, name)}
    if given != conversion.takes:
        raise wrong(where, f"{row.as_}: {', '.join(sorted(given ^ conversion.takes))}")
    if place.component and not conversion.component:
        raise wrong(where, f"{row.as_}: {place.segment}-{place.number}, ≠ .{place.component}")
    codes = around.codes.get(row.codes)
    if row.codes and codes is None:
        raise wrong(where, f"codes: « {row.codes[:40]} » ∅")
    return conversion.make(Options(place, codes, row.system))


def _of_place(place: Place, read: Read, row: Row, put: Put, where: str) -> Apply:
    name, number = place.field
    many = is_list(read_target(row.to, where))
    test = compile_tests(row.conditions, place, where)
    own = name.startswith("Z")  # segments of a sender's own belong to no group

    def apply(scope: Scope, context: Context, resource: Resource) -> bool:
        found = False
        segments = scope.get(name) or (context.message.all(name) if own else ())
        for segment in segments:
            fields = segment.fields
            if number >= len(fields) or fields[number] in ("", NULL):
                continue  # most fields are empty
            for field in segment.repetitions(number):
                if test and not test(segment, field, scope, context.message):
                    continue
                value = read(field, segment, context) if field else None
                if value or value == 0:
                    put(resource, value)
                    if not many:
                        return True
                    found = True
        return found

    return apply


def _without_source(
    row: Row, steps: tuple[Step, ...], put: Put, resource: str, where: str, around: Surroundings
) -> Apply:
    """A constant, or a function that reads what it needs."""
    test = compile_tests(row.conditions, None, where)
    value = row.value
    function = around.conversions.functions.get(row.as_)
    if (value is None) is (function is None):
        raise wrong(where, "from | value | as = function: 1")
    check_target(resource, steps, function[1] if function else ANY, around.registry, where)

    def apply(scope: Scope, context: Context, made: Resource) -> bool:
        if test and not test(None, None, scope, context.message):
            return False
        found = function[0](scope, context) if function else fresh(value)
        if not found and found != 0:
            return False
        if is_list(steps) and function:
            for item in found:
                put(made, item)
        else:
            put(made, found)
        return True

    return apply


def _required(apply: Apply, places: tuple[Place, ...], where: str) -> Apply:
    if not places:
        raise wrong(where, "required, from: ∅")
    name, number = places[0].field

    def apply_or_refuse(scope: Scope, context: Context, resource: Resource) -> bool:
        if not apply(scope, context, resource):
            found = scope.get(name)
            raise missing_field(found[0].place(number) if found else f"{name}-{number}")
        return True

    return apply_or_refuse


def _with_default(row: Row, apply: Apply, put: Put, top: str) -> Apply:
    default: Any = row.default
    if default is None:
        return apply

    def apply_or_default(scope: Scope, context: Context, resource: Resource) -> bool:
        if not apply(scope, context, resource) and top not in resource:
            put(resource, fresh(default))
        return True

    return apply_or_default
