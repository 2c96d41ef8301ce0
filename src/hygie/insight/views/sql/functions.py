"""Functions of the language, by name: SQL for a call."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hygie.fhir.path.syntax import Binary, Call, Literal, Member, Node, Variable
from hygie.insight.views.sql import boundaries, keys, texts, types
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.invocation import Invocation
from hygie.insight.views.sql.operators import boolean, exists
from hygie.insight.views.sql.scope import Scope
from hygie.insight.views.sql.values import EMPTY, Value, counted, one, plain, single, taken

if TYPE_CHECKING:
    from hygie.insight.views.sql.paths import Compiler

Function = Callable[[Invocation], Value]


def called(compiler: "Compiler", node: Call, scope: Scope) -> Value:
    target = scope.this if node.target is None else compiler.value(node.target, scope)
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise Beyond(f"the function {node.name}()")
    return function(Invocation(compiler, node, target, scope))


# --- items that are kept ------------------------------------------------------------------
def where(call: Invocation) -> Value:
    """The items for which the criterion is true."""
    return _kept(call, call.argument, call.target)


def _kept(call: Invocation, criterion: Node, target: Value) -> Value:
    if target.form == "empty":
        return EMPTY
    items = taken(target) if target.form == "leaf" else target
    if not _wants_something(criterion):
        items = counted(target)
    test = _true(call, criterion, items)
    if not items.many:
        return replace(items, sql=f"(CASE WHEN {test} THEN {items.sql} END)")
    sql = f"list_filter({items.sql}, lambda {_variables(call.scope, test)}: {test})"
    return replace(items, sql=sql, dense=True)


def _true(call: Invocation, criterion: Node, items: Value) -> str:
    """SQL, never NULL: whether the criterion is true of each of the items."""
    return f"coalesce({call.compiler.truth(criterion, call.scope.focused(items))}, false)"


def _variables(scope: Scope, body: str) -> str:
    counting = scope.counter in body
    return f"{scope.variable}, {scope.counter}" if counting else scope.variable


def _wants_something(criterion: Node) -> bool:
    """Whether a criterion is never true of an element of which nothing can be read."""
    match criterion:
        case Binary("=", Member() | Variable("$this"), Literal() | Variable()):
            return True
        case Binary("and", left, right):
            return _wants_something(left) or _wants_something(right)
        case Binary("or", left, right):
            return _wants_something(left) and _wants_something(right)
    return False


def extension(call: Invocation) -> Value:
    """Short for `extension.where(url = …)` (R4 §2.9.1.2)."""
    criterion = Binary("=", Member(None, "url"), call.argument)
    if not isinstance(criterion.right, Literal | Variable):
        raise Beyond("an extension whose URL is computed")
    return _kept(call, criterion, call.compiler.element(call.target, "extension"))


def of_type(call: Invocation) -> Value:
    return types.cast(call.compiler, call.target, types.argument(call.node))


def first(call: Invocation) -> Value:
    return _at(call.target, "[1]")


def last(call: Invocation) -> Value:
    return _at(call.target, "[-1]")


def _at(target: Value, place: str) -> Value:
    if not target.many:
        return target
    items = counted(target)
    return replace(items, sql=f"{items.sql}{place}", many=False, dense=False)


def only(call: Invocation) -> Value:
    """`single()`: of several, the evaluation is refused."""
    return single(call.target)


def select(call: Invocation) -> Value:
    """What the projection yields for each item, in one collection."""
    if call.target.form == "empty":
        return EMPTY
    items = counted(call.target)
    found = call.compiler.value(call.argument, call.scope.focused(items))
    if not items.many:
        there = f"(CASE WHEN {items.sql} IS NOT NULL THEN {found.sql} END)"
        return found if found.form == "empty" else replace(found, sql=there)
    if found.form in ("empty", "choice"):
        raise Beyond("a projection onto nothing, or onto a choice of types")
    each = f"list_transform({items.sql}, lambda {_variables(call.scope, found.sql)}: {found.sql})"
    sql = f"flatten({each})" if found.many else each
    return replace(found, sql=sql, many=True, dense=False)


# --- yes or no ----------------------------------------------------------------------------
def existing(call: Invocation) -> Value:
    target = _kept(call, call.argument, call.target) if call.arguments else call.target
    return plain(_exists(call.compiler, target), "boolean")


def _exists(compiler: "Compiler", target: Value) -> str:
    if target.form != "choice":
        return exists(target)
    found = [
        exists(compiler.field(target, json_name, type_.name, repeats=False))
        for json_name, type_ in target.choices
    ]
    return f"({' OR '.join(found)})"


def empty(call: Invocation) -> Value:
    return plain(f"(NOT {_exists(call.compiler, call.target)})", "boolean")


def not_(call: Invocation) -> Value:
    return plain(f"(NOT {boolean(call.target)})", "boolean")


def all_(call: Invocation) -> Value:
    """Whether the criterion is true of each item; true of none."""
    if call.target.form == "empty":
        return plain("true", "boolean")
    items = counted(call.target)
    test = _true(call, call.argument, items)
    if not items.many:
        return plain(f"(CASE WHEN {items.sql} IS NULL THEN true ELSE {test} END)", "boolean")
    each = f"list_transform({items.sql}, lambda {_variables(call.scope, test)}: {test})"
    return plain(f"coalesce(list_bool_and({each}), true)", "boolean")


def count(call: Invocation) -> Value:
    if call.target.form == "empty":
        return plain("0", "integer")
    items = counted(call.target)
    if items.many:
        return plain(f"coalesce(len({items.sql}), 0)", "integer")
    return plain(f"(CASE WHEN {items.sql} IS NULL THEN 0 ELSE 1 END)", "integer")


def has_value(call: Invocation) -> Value:
    """Whether there is one primitive, and it has a value (R4 §2.9.1.2)."""
    if call.target.many or call.target.form not in ("leaf", "plain"):
        raise Beyond("hasValue() here")
    return plain(f"({one(call.target).sql} IS NOT NULL)", "boolean")


# --- by condition -------------------------------------------------------------------------
def iif(call: Invocation) -> Value:
    if call.node.target is not None or len(call.arguments) not in (2, 3):
        raise Beyond("iif() on a collection")
    test = call.compiler.truth(call.arguments[0], call.scope)
    sides = [taken(call.compiler.value(side, call.scope)) for side in call.arguments[1:]]
    if sides[2:] or any(side.many for side in sides):
        raise Beyond("iif() of collections")
    filled = [side for side in sides if side.form != "empty"]
    if not filled:
        return EMPTY
    if any((side.kind, side.form) != (filled[0].kind, "plain") for side in filled):
        raise Beyond("iif() of different types")
    branches = [*(side.sql for side in sides), "NULL"][:2]
    sql = f"(CASE WHEN {test} THEN {branches[0]} ELSE {branches[1]} END)"
    return plain(sql, filled[0].kind)


FUNCTIONS: Final[dict[str, Function]] = {
    "where": where,
    "extension": extension,
    "ofType": of_type,
    "first": first,
    "last": last,
    "single": only,
    "select": select,
    "exists": existing,
    "empty": empty,
    "not": not_,
    "all": all_,
    "count": count,
    "hasValue": has_value,
    "iif": iif,
    "getResourceKey": keys.of_resource,
    "getReferenceKey": keys.of_reference,
    "lowBoundary": boundaries.low,
    "highBoundary": boundaries.high,
    "toString": texts.to_string,
    "join": texts.joined,
    **dict.fromkeys(texts.PATTERNS, texts.patterned),
}
