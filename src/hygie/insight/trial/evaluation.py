"""One expression on one resource, with nothing at hand but the resource and the time."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from hygie.fhir.definitions import r4
from hygie.fhir.path.check import check
from hygie.fhir.path.compiler import Path, compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Item
from hygie.fhir.path.parser import parse
from hygie.fhir.path.values import DateTime
from hygie.fhir.validate.conformance import conforms

Resource = dict[str, Any]
Told = Callable[[str, list[Item]], None]


def evaluate(
    expression: str,
    resource: Resource | None,
    now: datetime,
    *,
    trace: Told | None = None,
    strict: bool = False,
) -> list[Item]:
    """The items found, in order; of no resource, what the expression says of nothing.

    References lead to what the resource contains, or to other entries of a bundle, and nowhere
    else; `conformsTo` knows the base types. Raises Refused, with the place in the expression.
    """
    type_name = "" if resource is None else resource["resourceType"]
    path = _compiled(expression, type_name, strict)
    environment = Environment(
        now=DateTime.of(now), resolve=_nowhere, conforms_to=conforms, trace=trace
    )
    return path(resource, environment)


@lru_cache(maxsize=1024)
def _compiled(expression: str, type_name: str, strict: bool) -> Path:  # noqa: FBT001
    if type_name:
        check(parse(expression), type_name, r4(), strict=strict)
    return compile_path(expression, type_name, r4())


def _nowhere(_address: str) -> None:
    return None
