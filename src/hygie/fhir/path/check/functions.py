"""What functions take and give: by the table of all of them, and by hand where it cannot tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hygie.fhir.path import phrases as language
from hygie.fhir.path.check import phrases
from hygie.fhir.path.check.operators import AMOUNTS
from hygie.fhir.path.check.shape import EMPTY, UNKNOWN, Shape, either, union
from hygie.fhir.path.check.types import nearest
from hygie.fhir.path.library.signature import KINDS, Argument, Signature
from hygie.fhir.path.library.signatures import SIGNATURES
from hygie.fhir.path.library.types import SYSTEM_NAMES
from hygie.fhir.path.syntax import Call, Literal, Node, bare_key, type_named

if TYPE_CHECKING:
    from hygie.fhir.path.check.checker import Checker, Scope

_ANYTHING: Final = frozenset({"collection", "nothing", "Any", "Boolean"})
"""A function that takes a Boolean takes any single item for true (§4.5)."""
_IMPLICIT: Final = {
    "Integer": AMOUNTS, "Decimal": ("Decimal", "Quantity"), "Date": ("DateTime",),
}  # fmt: skip
"""Types that are converted where another is taken (§5.5, table)."""
_ORDERED: Final = frozenset({"first", "last", "tail", "skip", "take"})
_UNORDERED: Final = frozenset({"distinct", "intersect", "children", "descendants"})
Given = tuple[Shape, ...]
Rule = Callable[["Checker", Call, Shape, Given], Shape]


def called(checker: "Checker", node: Call, scope: "Scope") -> Shape:
    """What a call gives, after checking its function, its input and its arguments."""
    target = checker.visit(node.target, scope) if node.target else scope.this
    if target.elsewhere:
        return target
    signature = SIGNATURES.get(node.name)
    if signature is None:
        _unknown(checker, node)
        for argument in node.arguments:
            checker.visit(argument, scope.within(UNKNOWN))
        return UNKNOWN
    if not _counted(checker, node, signature):
        return UNKNOWN
    if signature.arguments[:1] and signature.arguments[0].kind == "type" and node.arguments:
        if node.name == "getReferenceKey":
            checker.typed(node, "is", UNKNOWN, type_named(node.arguments[0]))
            return _by_table(checker, signature, target)
        return checker.typed(node, node.name, target, type_named(node.arguments[0]))
    _takes(checker, node, signature, target)
    given = tuple(_arguments(checker, node, signature, target, scope))
    rule = RULES.get(node.name)
    return rule(checker, node, target, given) if rule else _by_table(checker, signature, target)


# --- the call -----------------------------------------------------------------------------
def _unknown(checker: "Checker", node: Call) -> None:
    if near := nearest(node.name, SIGNATURES):
        phrase = phrases.UNKNOWN_FUNCTION_NEAR
        checker.say("unknown-function", phrase, node, name=node.name, near=near)
    else:
        checker.say("unknown-function", phrases.UNKNOWN_FUNCTION, node, name=node.name)


def _counted(checker: "Checker", node: Call, signature: Signature) -> bool:
    if signature.admits(len(node.arguments)):
        return True
    expected = signature.expected
    checker.say("arguments", language.ARGUMENTS, node, name=node.name, expected=expected)
    return False


def _takes(checker: "Checker", node: Call, signature: Signature, target: Shape) -> None:
    if node.name in _ORDERED:
        checker.needs_order(node, node.name, target)
    if not _fits(checker, target, signature.takes):
        checker.never_takes(node, node.name, _shown(signature.takes), target)


def _fits(checker: "Checker", shape: Shape, takes: str) -> bool:
    """Whether some item may be taken where a type of value is."""
    if takes in _ANYTHING or not shape.known:
        return True
    accepted = KINDS.get(takes, (takes,))
    found = {checker.types.system(name) for name in shape.types or ()}
    return any(
        name in accepted or any(other in accepted for other in _IMPLICIT.get(name, ()))
        for name in found
    )


def _shown(takes: str) -> str:
    return " | ".join(KINDS.get(takes, (takes,)))


def _arguments(
    checker: "Checker", node: Call, signature: Signature, target: Shape, scope: "Scope"
) -> Iterator[Shape]:
    for place, argument in enumerate(node.arguments):
        expected = signature.arguments[min(place, len(signature.arguments) - 1)]
        if node.name in _REPEATS:
            yield _repeated(checker, argument, target, scope)
            continue
        here = scope.within(target.one()) if expected.kind == "expression" else scope
        if node.name == "sort":
            argument = bare_key(argument)  # noqa: PLW2901 - no sign, but a direction
        shape = checker.visit(argument, here)
        _expected(checker, node, argument, expected, shape)
        yield shape


def _expected(
    checker: "Checker", node: Call, argument: Node, expected: Argument, shape: Shape
) -> None:
    if expected.kind == "expression" and expected.type == "Boolean":
        checker.judged(argument, node.name, shape)
    elif expected.kind == "value" and not _fits(checker, shape, expected.type):
        checker.never_takes(argument, node.name, _shown(expected.type), shape)


def _repeated(checker: "Checker", argument: Node, target: Shape, scope: "Scope") -> Shape:
    """What an expression gives of its input, and of what it gives: all that can be reached."""
    reached = target
    while True:
        start = checker.findings.mark()
        found = checker.visit(argument, scope.within(reached.one()))
        wider = either(reached, found)
        if wider.types is None or wider.types == reached.types:
            return found
        checker.findings.forget(start)
        reached = wider


# --- what it gives ------------------------------------------------------------------------
def _by_table(checker: "Checker", signature: Signature, target: Shape) -> Shape:
    gives = signature.gives
    if gives == "input":
        shape = target if signature.takes == "collection" else values(checker, target)
        ordered = shape.ordered and signature.name not in _UNORDERED
        return replace(shape.some() if signature.many else shape.one().some(), ordered=ordered)
    if gives in ("items", "value"):
        ordered = signature.name not in _UNORDERED
        return replace(UNKNOWN, many=signature.many, ordered=ordered)
    name = f"System.{gives}" if gives in SYSTEM_NAMES else gives
    return Shape(frozenset({name}), signature.many)


def values(checker: "Checker", shape: Shape) -> Shape:
    """The values of the language that items are taken for."""
    if shape.types is None:
        return shape
    found = {system for name in shape.types if (system := checker.types.system(name))}
    return replace(shape, types=frozenset(f"System.{name}" for name in found), constants=None)


def _where(_checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return target.some()


def _input(_checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return target


def _select(_checker: "Checker", _node: Call, target: Shape, given: Given) -> Shape:
    if target.types == EMPTY.types:
        return EMPTY
    many, ordered = target.many or given[0].many, target.ordered and given[0].ordered
    return replace(given[0].some(), many=many, ordered=ordered)


def _repeat(_checker: "Checker", _node: Call, _target: Shape, given: Given) -> Shape:
    return replace(given[0].some(), many=True, ordered=False)


def _aggregate(_checker: "Checker", _node: Call, _target: Shape, given: Given) -> Shape:
    return replace(UNKNOWN, many=given[0].many)


def _one_of(_checker: "Checker", _node: Call, _target: Shape, given: Given) -> Shape:
    shape = given[0]
    for other in given[1:]:
        shape = either(shape, other)
    return shape


def _iif(checker: "Checker", node: Call, target: Shape, given: Given) -> Shape:
    chosen = given[1:] if len(given) == 3 else (*given[1:], EMPTY)
    return _one_of(checker, node, target, chosen)


def _both(_checker: "Checker", node: Call, target: Shape, given: Given) -> Shape:
    return union(target, given[0], distinct=node.name == "union")


def _sorted(_checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return replace(target, ordered=True)


def _resolve(_checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return replace(UNKNOWN, many=target.many)


def _type(_checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return replace(target, types=frozenset({"System.TypeInfo"}), constants=None)


def _smallest(checker: "Checker", _node: Call, target: Shape, _given: Given) -> Shape:
    return values(checker, target).one().some()


def _extension(checker: "Checker", node: Call, target: Shape, _given: Given) -> Shape:
    """Extensions of a URL that a profile speaks of are as narrow as it says."""
    match node.arguments[0]:
        case Literal(str(url)):
            slices = [s for t in target.types or () for s in checker.types.slices(t, url)]
        case _:
            return Shape(frozenset({"Extension"}), many=True)
    if slices:
        single = not target.many and all(s.max == 1 for s in slices)
        return Shape(frozenset(s.type for s in slices), many=not single)
    profiled = checker.types.is_a(url, "Extension")
    return Shape(frozenset({url if profiled else "Extension"}), many=True)


_REPEATS: Final = frozenset({"repeat", "repeatAll"})
RULES: Final[dict[str, Rule]] = {
    "where": _where,
    "select": _select,
    "repeat": _repeat,
    "repeatAll": _repeat,
    "aggregate": _aggregate,
    "iif": _iif,
    "coalesce": _one_of,
    "trace": _input,
    "defineVariable": _input,
    "union": _both,
    "combine": _both,
    "sort": _sorted,
    "resolve": _resolve,
    "type": _type,
    "min": _smallest,
    "max": _smallest,
    "getValue": _smallest,
    "extension": _extension,
}
