"""The whole language, interpreted as slowly and as plainly as it can be: the tests' oracle.

One function a construct, in the words of the specification (http://hl7.org/fhirpath/); sections are
named beside them. Everything is a list of items. Elements that do not exist are empty: what can
never match is the checker's business, not this one's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from tests.fhir.path.oracle_operators import LOGIC, OPERATIONS

from hygie.fhir.definitions import Registry
from hygie.fhir.path import phrases, values
from hygie.fhir.path.environment import Environment, Evaluation, is_defined
from hygie.fhir.path.items import Item, member, root
from hygie.fhir.path.library import collections, iteration, types
from hygie.fhir.path.library.equality import Seen
from hygie.fhir.path.library.signature import Argument, Signature
from hygie.fhir.path.library.signatures import SIGNATURES
from hygie.fhir.path.library.singleton import single, single_argument, single_value, truth
from hygie.fhir.path.parser import parse
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Moment,
    Node,
    Quantity,
    Sign,
    TypeTest,
    Variable,
    bare_key,
    direction_of,
)
from hygie.refusal import Refusal, Refused

Items = list[Item]


@dataclass(frozen=True)
class Scope:
    """What names mean where a node stands."""

    this: Items
    """`$this`, and where a path without a target begins."""
    index: int = 0
    total: Items | None = None
    variables: Mapping[str, Items] = field(default_factory=dict)
    """Those of `defineVariable`."""

    def at(self, item: Item, index: int | None = None) -> "Scope":
        return replace(self, this=[item], index=self.index if index is None else index)


def interpret(
    text: str, resource: Any, registry: Registry, environment: Environment | None = None
) -> Items:
    """The collection that an expression yields on a resource. Raises Refused with a place."""
    about = root(resource, registry)
    evaluation = Evaluation(registry, environment or Environment(), about)
    return Interpreter(evaluation).items(parse(text), Scope([about]))


class Interpreter:
    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.registry = evaluation.registry

    def items(self, node: Node, scope: Scope) -> Items:
        return self.run(node, scope)[0]

    def run(self, node: Node, scope: Scope) -> tuple[Items, Scope]:
        """The items of a node, and the scope of what is invoked on them.

        That is the same scope, unless `defineVariable` was met on the way (§5.10.4).
        """
        try:
            return self._run(node, scope)
        except Refused as problem:
            raise placed(problem, node.position) from None

    def _run(self, node: Node, scope: Scope) -> tuple[Items, Scope]:
        match node:
            case Member(None, name):
                return self.path_root(name, scope), scope
            case Member(target, name):
                found, after = self.run(target, scope)
                return self.members(found, name), after
            case Index(target, index):
                found, after = self.run(target, scope)
                return self.indexed(found, self.items(index, scope)), after
            case Call(target):
                found, after = (scope.this, scope) if target is None else self.run(target, scope)
                return self.invoke(node, found, after)
            case TypeTest(operator, operand, written):
                found, after = self.run(operand, scope)
                return self.typed(operator, found, written), after
        return self.term(node, scope), scope

    def term(self, node: Node, scope: Scope) -> Items:
        match node:
            case Variable(name):
                return self.variable(name, scope)
            case Sign(operator, operand):
                return self.signed(operator, self.items(operand, scope))
            case Binary(operator) if operator in LOGIC:
                return as_items(self.logic(node, scope))
            case Binary(operator, left, right):
                sides = self.items(left, scope), self.items(right, scope)
                return as_items(OPERATIONS[operator](self.evaluation, *sides))
        return self.literal(node)

    def literal(self, node: Node) -> Items:
        match node:
            case Empty():
                return []
            case Literal(value):
                return [value]
            case Quantity(value, unit):
                return [values.Quantity(value, unit)]
            case Moment(text) if (moment := values.read_literal(text)) is not None:
                return [moment]
        raise wrong("moment", phrases.MOMENT, node.position)

    # --- paths (§3, §9) ---------------------------------------------------------------
    def path_root(self, name: str, scope: Scope) -> Items:
        """A type that what is in focus must be of, or an element of it."""
        known = self.registry.types.get(name)
        if known is not None and known.kind != "primitive" and name[0].isupper():
            wanted = types.find_type(name, self.registry)
            return [item for item in scope.this if types.is_a(item, wanted, self.registry)]
        return self.members(scope.this, name)

    def members(self, found: Items, name: str) -> Items:
        return [child for item in found for child in member(item, name, self.registry)]

    def variable(self, name: str, scope: Scope) -> Items:
        match name:
            case "$this":
                return scope.this
            case "$index":
                return [scope.index]
            case "$total" if scope.total is not None:
                return scope.total
        plain = name.removeprefix("%")
        if plain in scope.variables:
            return scope.variables[plain]
        return self.evaluation.variable(plain)

    def indexed(self, found: Items, index: Items) -> Items:
        place = single_argument(index, "Integer", "[]")
        return as_items(None if place is None else collections.at(found, place))

    # --- types (§6.3) -----------------------------------------------------------------
    def typed(self, operator: str, found: Items, written: str) -> Items:
        wanted = types.find_type(written, self.registry)
        if operator == "ofType":
            return [item for item in found if types.is_of_type(item, wanted, self.registry)]
        item = single(found, operator)
        if item is None:
            return []
        if operator == "is":
            return [types.is_a(item, wanted, self.registry)]
        return as_items(types.cast(item, wanted, self.registry))

    # --- operators (§6) ---------------------------------------------------------------
    def signed(self, operator: str, found: Items) -> Items:
        value = single_value(found, operator)
        if value is None:
            return []
        negative = values.negate(value)
        return as_items(negative if operator == "-" else value)

    def logic(self, node: Binary, scope: Scope) -> bool | None:
        """Three-valued (§6.5). What the left operand decides, the right is not asked."""
        left = truth(self.items(node.left, scope), node.operator)
        if left is {"and": False, "or": True}.get(node.operator, ...):
            return left
        if node.operator == "implies" and left is False:
            return True
        right = truth(self.items(node.right, scope), node.operator)
        return LOGIC[node.operator](left, right)

    # --- functions (§5) ---------------------------------------------------------------
    def invoke(self, node: Call, found: Items, scope: Scope) -> tuple[Items, Scope]:
        signature = SIGNATURES.get(node.name)
        if signature is None:
            raise wrong("unsupported", phrases.UNSUPPORTED, node.position, name=node.name[:80])
        count, most = len(node.arguments), signature.most
        if count < signature.fewest or (most is not None and count > most):
            raise wrong(
                "arguments",
                phrases.ARGUMENTS,
                node.position,
                name=node.name,
                expected=str(signature.fewest),
            )
        if node.name == "defineVariable":
            return self.define_variable(node, found, scope)
        evaluated = EVALUATED.get(node.name)
        if evaluated is not None and (node.arguments or signature.call is None):
            return evaluated(self, node, found, scope), scope
        return self.call(signature, node, found, scope), scope

    def call(self, signature: Signature, node: Call, found: Items, scope: Scope) -> Items:
        """A function that is given its arguments evaluated: see `Signature`."""
        given: list[Any] = []
        answers = True
        if signature.takes not in ("collection", "nothing"):
            value = single_argument(found, signature.takes, signature.name)
            answers = value is not None
            given.append(value)
        elif signature.takes == "collection":
            given.append(found)
        for argument, node_ in zip(parameters(signature), node.arguments, strict=False):
            value = self.argument(argument, node_, scope, signature.name)
            answers = answers and (value is not None or argument.optional)
            given.append(value)
        if not answers:
            return []
        if signature.evaluation:
            given.insert(0, self.evaluation)
        assert signature.call is not None
        answer = signature.call(*given)
        return as_items(answer)

    def argument(self, argument: Argument, node: Node, scope: Scope, name: str) -> Any:
        if argument.kind == "type":
            return type_name(node)
        found = self.items(node, scope)
        if argument.kind == "collection":
            return found
        return single_argument(found, argument.type, name)

    def holds(self, criterion: Node, scope: Scope, name: str) -> bool:
        return truth(self.items(criterion, scope), name) is True

    def where(self, node: Call, found: Items, scope: Scope) -> Items:
        (criterion,) = node.arguments
        return [
            item
            for index, item in enumerate(found)
            if self.holds(criterion, scope.at(item, index), node.name)
        ]

    def exists(self, node: Call, found: Items, scope: Scope) -> Items:
        return [bool(self.where(node, found, scope))]

    def all(self, node: Call, found: Items, scope: Scope) -> Items:
        return [len(self.where(node, found, scope)) == len(found)]

    def select(self, node: Call, found: Items, scope: Scope) -> Items:
        (projection,) = node.arguments
        projected: Items = []
        for index, item in enumerate(found):
            projected += self.items(projection, scope.at(item, index))
            self.evaluation.spend(1)
        return projected

    def repeat(self, node: Call, found: Items, scope: Scope) -> Items:
        """New items are those that no item of the output equals; `repeatAll` takes them all."""
        (projection,) = node.arguments
        seen = Seen(self.registry)
        output: Items = []
        queue = list(found)
        while queue:
            item = queue.pop(0)
            self.evaluation.spend(1)
            for new in self.items(projection, scope.at(item)):
                self.evaluation.spend(1)
                if node.name == "repeatAll" or seen.add(new):
                    output.append(new)
                    queue.append(new)
        return output

    def aggregate(self, node: Call, found: Items, scope: Scope) -> Items:
        aggregator, *initial = node.arguments
        total = self.items(initial[0], scope) if initial else []
        for index, item in enumerate(found):
            total = self.items(aggregator, replace(scope.at(item, index), total=total))
        return total

    def sort(self, node: Call, found: Items, scope: Scope) -> Items:
        selectors = node.arguments or (Variable("$this"),)
        directions = tuple(map(direction_of, selectors))
        keys = [
            tuple(
                single(self.items(bare_key(selector), scope.at(item)), "sort")
                for selector in selectors
            )
            for item in found
        ]
        return iteration.in_order(found, keys, directions)

    def iif(self, node: Call, found: Items, scope: Scope) -> Items:
        if node.target is not None:
            single(found, "iif")
            scope = replace(scope, this=found)
        criterion, *branches = node.arguments
        chosen = branches[:1] if self.holds(criterion, scope, "iif") else branches[1:]
        return self.items(chosen[0], scope) if chosen else []

    def coalesce(self, node: Call, found: Items, scope: Scope) -> Items:
        for argument in node.arguments:
            if items := self.items(argument, scope):
                return items
        return []

    def trace(self, node: Call, found: Items, scope: Scope) -> Items:
        name, *projection = node.arguments
        label = single_argument(self.items(name, scope), "String", "trace")
        shown = found
        if projection:
            shown = self.select(replace(node, arguments=tuple(projection)), found, scope)
        if self.evaluation.environment.trace and isinstance(label, str):
            self.evaluation.environment.trace(label, shown)
        return found

    def define_variable(self, node: Call, found: Items, scope: Scope) -> tuple[Items, Scope]:
        """The value is evaluated on the whole input; the name must be new where it is defined."""
        name, *expression = node.arguments
        label = single_argument(self.items(name, scope), "String", "defineVariable")
        if not isinstance(label, str):
            return found, scope
        known = self.evaluation.environment.variables
        if label in scope.variables or label in known or is_defined(label):
            phrase = phrases.DEFINED_TWICE
            raise wrong("defined-twice", phrase, node.position, name=label[:80])
        value = found
        if expression:
            value = self.items(expression[0], replace(scope, this=found))
        return found, replace(scope, variables={**scope.variables, label: value})

    def type_function(self, node: Call, found: Items, scope: Scope) -> Items:
        return self.typed(node.name, found, type_name(node.arguments[0]))


EVALUATED: dict[str, Callable[[Interpreter, Call, Items, Scope], Items]] = {
    "where": Interpreter.where,
    "exists": Interpreter.exists,
    "all": Interpreter.all,
    "select": Interpreter.select,
    "repeat": Interpreter.repeat,
    "repeatAll": Interpreter.repeat,
    "aggregate": Interpreter.aggregate,
    "sort": Interpreter.sort,
    "iif": Interpreter.iif,
    "coalesce": Interpreter.coalesce,
    "trace": Interpreter.trace,
    "is": Interpreter.type_function,
    "as": Interpreter.type_function,
    "ofType": Interpreter.type_function,
}


def as_items(answer: Any) -> Items:
    if isinstance(answer, list):
        return answer
    return [] if answer is None else [answer]


def parameters(signature: Signature) -> list[Argument]:
    """The arguments of a function, the last as often as it may be given."""
    found = list(signature.arguments)
    return found + found[-1:] * 100 if signature.most is None else found


def type_name(node: Node) -> str:
    """The type specifier that an argument is."""
    match node:
        case Member(None, name):
            return name
        case Member(target, name) if target is not None:
            return f"{type_name(target)}.{name}"
    raise wrong("unknown-type", phrases.UNKNOWN_TYPE, node.position, name=type(node).__name__)


def placed(problem: Refused, position: int) -> Refused:
    """The refusal, at a node's position if the library did not know it."""
    issues = [
        msgspec.structs.replace(issue, details={**issue.details, "position": str(position + 1)})
        if issue.details.get("position") == "0"
        else issue
        for issue in problem.refusal.issues
    ]
    return Refused(Refusal(problem.refusal.category, tuple(issues)))
