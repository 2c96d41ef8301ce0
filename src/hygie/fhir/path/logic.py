"""Boolean expressions -> Python over True, False and None (empty): FHIRPath N1 §6."""

from typing import TYPE_CHECKING

from hygie.fhir.path import functions, model
from hygie.fhir.path.code import RESOLVED, Item, Lines, Scope
from hygie.fhir.path.syntax import Binary, Call, Literal, Node, TypeTest

if TYPE_CHECKING:
    from hygie.fhir.path.generator import Generator

Truth = tuple[Lines, str]
"""Lines to run first, then a name or constant that holds True, False or None."""
_CONNECTIVES = {"and": "both", "or": "either", "xor": "one_of", "implies": "implied"}


def truth(generator: "Generator", node: Node, scope: Scope) -> Truth:  # noqa: PLR0911
    """A node evaluated as a boolean."""
    match node:
        case Literal(bool(value)):
            return [], repr(value)
        case Binary(operator, left, right) if operator in _CONNECTIVES:
            return _connective(generator, _CONNECTIVES[operator], (left, right), scope)
        case Binary("=", left, right):
            return _equality(generator, left, right, scope)
        case Binary("!=", left, right):
            return _negated(generator, *_equality(generator, left, right, scope))
        case TypeTest("is", operand, type_name):
            return type_test(generator, node, operand, type_name, scope)
        case Call(_, name) if name in functions.TESTS:
            return functions.TESTS[name](generator, node, scope)
        case Call(_, name) if name not in functions.FUNCTIONS:
            raise generator.unsupported(node, name + "()")
        case Binary(operator) if operator != "|":
            raise generator.unsupported(node, operator)
        case _:
            return _singleton(generator, node, scope)


def negated(generator: "Generator", node: Node, scope: Scope) -> Truth:
    return _negated(generator, *truth(generator, node, scope))


def _negated(generator: "Generator", lines: Lines, source: str) -> Truth:
    result = generator.fresh("b")
    return [*lines, f"{result} = None if {source} is None else not {source}"], result


def _connective(
    generator: "Generator", function: str, operands: tuple[Node, Node], scope: Scope
) -> Truth:
    left_lines, left = truth(generator, operands[0], scope)
    right_lines, right = truth(generator, operands[1], scope)
    result = generator.fresh("b")
    return [*left_lines, *right_lines, f"{result} = {function}({left}, {right})"], result


def type_test(
    generator: "Generator", node: Node, operand: Node, written: str, scope: Scope
) -> Truth:
    """Whether the single item of `operand` is of a type; of a reference, by its own words."""
    wanted = generator.type_tested(node, written)
    result = generator.fresh("b")

    def test(item: Item) -> Lines:
        return [f"{result} = {_is(generator, node, item, wanted, scope)}"]

    return [f"{result} = None", *generator.each(operand, scope, test)], result


def _is(generator: "Generator", node: Node, item: Item, wanted: str, scope: Scope) -> str:
    if item.type == RESOLVED:
        generator.named(node, item, wanted)
        return f"reference_type({item.source}, {scope.resource.source}) == {wanted!r}"
    if model.may_turn_out(generator.registry, item.type, wanted):
        return generator.named(node, item, wanted)
    return repr(model.is_a(generator.registry, item.type, wanted))


def _equality(generator: "Generator", left: Node, right: Node, scope: Scope) -> Truth:
    """Equality of two collections; of two values, when neither can hold more than one."""
    first, left_many = _gathered(generator, left, scope)
    second, right_many = _gathered(generator, right, scope)
    if left_many or right_many:
        (lines, a), (more, b) = _listed(generator, left, scope), _listed(generator, right, scope)
        result = generator.fresh("b")
        return [*lines, *more, f"{result} = equal_collections({a}, {b})"], result
    (lines, a), (more, b) = first, second
    result = generator.fresh("b")
    if isinstance(right, Literal) and isinstance(right.value, str):
        return [*lines, f"{result} = None if {a} is None else {a} == {right.value!r}"], result
    return [*lines, *more, f"{result} = equal_values({a}, {b})"], result


def _gathered(generator: "Generator", node: Node, scope: Scope) -> tuple[Truth, bool]:
    """Code that keeps the last item of a node, or None; and whether there may be several."""
    result = generator.fresh("x")
    several = False

    def keep(item: Item) -> Lines:
        nonlocal several
        several = several or item.many
        return [f"{result} = {generator.real(node, item)}"]

    lines = generator.each(node, scope, keep)
    return ([f"{result} = None", *lines], result), several


def _listed(generator: "Generator", node: Node, scope: Scope) -> Truth:
    result = generator.fresh("x")
    lines = generator.each(
        node, scope, lambda item: [f"{result}.append({generator.real(node, item)})"]
    )
    return [f"{result} = []", *lines], result


def _singleton(generator: "Generator", node: Node, scope: Scope) -> Truth:
    """A collection read as a boolean: its single boolean, or true for a single other item."""
    lines, items = _listed(generator, node, scope)
    result = generator.fresh("b")
    return [*lines, f"{result} = as_boolean({items})"], result


def flag(generator: "Generator", node: Node, scope: Scope) -> Truth:
    """Whether a node yields anything."""
    result = generator.fresh("b")

    def met(item: Item) -> Lines:
        generator.real(node, item)
        return [f"{result} = True"]

    lines = generator.each(node, scope, met)
    return ([f"{result} = False", *lines], result) if lines else ([], "False")
