"""Functions on texts (FHIRPath N1 §5.6), and `join`."""

from typing import Final

from hygie.insight.views.sql import moments
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.invocation import Invocation
from hygie.insight.views.sql.values import EMPTY, Kind, Value, one, plain, taken

PATTERNS: Final[dict[str, tuple[str, Kind, tuple[Kind, ...]]]] = {
    "startsWith": ("starts_with({}, {})", "boolean", ("text",)),
    "endsWith": ("ends_with({}, {})", "boolean", ("text",)),
    "contains": ("contains({}, {})", "boolean", ("text",)),
    "indexOf": ("(strpos({}, {}) - 1)", "integer", ("text",)),
    "length": ("length({})", "integer", ()),
    "substring": ("hygie_substring({}, {}, {})", "text", ("integer", "integer")),
    "toInteger": ("hygie_to_integer({})", "integer", ()),
    "trim": ("trim({}, ' \t\r\n')", "text", ()),
}
"""Name -> SQL, its kind, the kinds of the arguments. NULL in any place gives NULL, as in FHIRPath.

`upper` and `lower` are not among them: Python and DuckDB differ on letters such as ß.
"""


def patterned(call: Invocation) -> Value:
    name = call.node.name
    pattern, kind, wanted = PATTERNS[name]
    arguments = [call.compiler.value(argument, call.scope) for argument in call.arguments]
    if call.target.form == "empty":
        return EMPTY
    values = [one(value) for value in (call.target, *arguments)]
    if [value.kind for value in values] != ["text", *wanted]:
        raise Beyond(f"the function {name}() on other types")
    return plain(pattern.format(*(value.sql for value in values)), kind)


def joined(call: Invocation) -> Value:
    """All texts as one, without separator unless given; of none, the empty text."""
    arguments = [call.compiler.value(argument, call.scope) for argument in call.arguments]
    separators = [one(value) for value in arguments]
    if len(separators) > 1 or any(value.kind != "text" for value in separators):
        raise Beyond("join() on other types")
    if call.target.form == "empty":
        return plain("''", "text")
    items = taken(call.target)
    if items.kind != "text":
        raise Beyond("join() on other types")
    listed = items.sql if items.many else f"[{items.sql}]"
    separator = separators[0].sql if separators else "''"
    return plain(f"coalesce(array_to_string({listed}, {separator}), '')", "text")


def to_string(call: Invocation) -> Value:
    """The text of a single value (FHIRPath N1 §5.5); that of a date that exists is its own."""
    if call.target.form == "empty":
        return EMPTY
    value = one(call.target)
    if value.kind in ("date", "dateTime"):
        moment = moments.written(value)
        return plain(f"(CASE WHEN hygie_first({moment}) IS NOT NULL THEN {value.sql} END)", "text")
    if value.kind not in ("text", "integer", "boolean"):
        raise Beyond("toString() of this type")
    return plain(f"CAST({value.sql} AS VARCHAR)", "text")
