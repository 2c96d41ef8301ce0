"""The operators, as the oracle has them: over lists of items already evaluated (§6)."""

from collections.abc import Callable
from typing import Any

from hygie.fhir.path import values
from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import Item
from hygie.fhir.path.library import collections
from hygie.fhir.path.library.equality import equal, equivalent
from hygie.fhir.path.library.singleton import single_value

Items = list[Item]
Truth = bool | None
Operation = Callable[[Evaluation, Items, Items], Any]


# --- logic (§6.5) -------------------------------------------------------------------------
def both(left: Truth, right: Truth) -> Truth:
    """`and`"""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


LOGIC: dict[str, Callable[[Truth, Truth], Truth]] = {
    "and": both,
    "or": lambda left, right: negated(both(negated(left), negated(right))),
    "xor": lambda left, right: None if left is None or right is None else left is not right,
    "implies": lambda left, right: negated(both(left, negated(right))),
}


# --- collections (§6.1, §6.4) -------------------------------------------------------------
def are_equal(evaluation: Evaluation, left: Items, right: Items) -> Truth:
    return equal(left, right, evaluation.registry)


def are_equivalent(evaluation: Evaluation, left: Items, right: Items) -> bool:
    return equivalent(left, right, evaluation.registry)


def is_in(evaluation: Evaluation, left: Items, right: Items) -> Truth:
    return collections.is_member(left, right, "in", evaluation.registry)


# --- single values (§6.2, §6.6) -----------------------------------------------------------
def concatenated(_: Evaluation, left: Items, right: Items) -> str:
    one, other = single_value(left, "&"), single_value(right, "&")
    return values.concatenate("" if one is None else one, "" if other is None else other)


def calculated(operator: str, calculate: Callable[[Any, Any], Any]) -> Operation:
    """Arithmetic: empty if either side is."""

    def operation(_: Evaluation, left: Items, right: Items) -> Any:
        one, other = single_value(left, operator), single_value(right, operator)
        return None if one is None or other is None else calculate(one, other)

    return operation


def compared(operator: str, holds: Callable[[int], bool]) -> Operation:
    """Comparison: empty if either side is, or if it cannot be told."""

    def compare(one: Any, other: Any) -> Truth:
        order = values.order(one, other)
        return None if order is None else holds(order)

    return calculated(operator, compare)


OPERATIONS: dict[str, Operation] = {
    "|": collections.union,
    "=": are_equal,
    "!=": lambda evaluation, left, right: negated(are_equal(evaluation, left, right)),
    "~": are_equivalent,
    "!~": lambda evaluation, left, right: not are_equivalent(evaluation, left, right),
    "in": is_in,
    "contains": lambda evaluation, left, right: is_in(evaluation, right, left),
    "&": concatenated,
    "<": compared("<", lambda order: order < 0),
    "<=": compared("<=", lambda order: order <= 0),
    ">": compared(">", lambda order: order > 0),
    ">=": compared(">=", lambda order: order >= 0),
    "+": calculated("+", values.add),
    "-": calculated("-", values.subtract),
    "*": calculated("*", values.multiply),
    "/": calculated("/", values.divide),
    "div": calculated("div", values.div),
    "mod": calculated("mod", values.mod),
}
