"""`getResourceKey()` and `getReferenceKey()` (SQL on FHIR, Functions).

The key of a resource is its id; that of a reference the id it ends with, relative or absolute,
versioned or not. What leads nowhere by its own words (`#contained`, an identifier) has no key.
"""

from dataclasses import replace

from hygie.insight.views.sql import quoting, types
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.invocation import Invocation
from hygie.insight.views.sql.values import EMPTY, Value, counted, let, one, plain


def of_resource(call: Invocation) -> Value:
    if call.arguments or call.target is not call.scope.resource:
        raise Beyond("the key of what is not the resource")
    return plain(one(call.compiler.element(call.target, "id")).sql, "text")


def of_reference(call: Invocation) -> Value:
    """Of a single Reference; of several, none."""
    if call.target.form == "empty":
        return EMPTY
    if call.target.type != "Reference":
        raise Beyond("the key of what is not a Reference")
    address = one(call.compiler.element(_alone(call.target), "reference")).sql
    if not call.arguments:
        return plain(f"hygie_key({address})", "text")
    wanted = types.argument(call.node)
    if wanted not in call.compiler.registry.types:
        raise Beyond("the key of a resource of an unknown type")
    return plain(f"hygie_key_of({address}, {quoting.text(wanted)})", "text")


def _alone(target: Value) -> Value:
    if not target.many:
        return target
    items = counted(target)
    sql = let(items.sql, "found", lambda found: f"CASE WHEN len({found}) = 1 THEN {found}[1] END")
    return replace(items, sql=f"({sql})", many=False, dense=False)
