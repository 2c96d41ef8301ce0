"""Random FHIRPath expressions that mean something: typed, over the elements of a resource.

Each is made for a type that is wanted where it stands (`startsWith` of a text, `and` of truths);
seldom is it of another, so that refusals are met too. Literals come from the pools that the
resources are made of.
"""

from random import Random
from typing import Final, NamedTuple

from tests.fhir.path.generated import (
    DATE_TIMES,
    DATES,
    DECIMALS,
    INTEGERS,
    STRINGS,
    TIMES,
    TYPES,
    UNITS,
)

from hygie.fhir.definitions import Registry
from hygie.fhir.path.items import SYSTEM_TYPES, Element, Item, member
from hygie.fhir.path.library.signature import KINDS, Argument, Signature
from hygie.fhir.path.library.signatures import SIGNATURES

SYSTEM: Final = KINDS["Any"]
ANY: Final = "Any"
"""Wanted where a collection of anything will do."""
COMPARED: Final = ("String", "Integer", "Decimal", "Quantity", "Date", "DateTime", "Time")


class Step(NamedTuple):
    """An element, and the type of what it leads to."""

    name: str
    type: str
    choice: bool


def present(sample: Item, registry: Registry) -> dict[str, list[Step]]:
    """The elements that a resource has, by the type that has them."""
    found: dict[str, list[Step]] = {}
    level = [sample]
    while level:
        item = level.pop()
        if isinstance(item, Element):
            for element in registry.types[item.type].elements:
                for child in member(item, element.name, registry):
                    kind = child.type if isinstance(child, Element) else "String"
                    step = Step(element.name, kind, element.choice)
                    found.setdefault(item.type, []).append(step)
                    level.append(child)
    return found


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t") + "'"


LITERALS: Final = {
    "Boolean": ["true", "false"],
    "String": [quoted(text) for text in STRINGS],
    "Integer": [str(abs(number)) for number in INTEGERS],
    "Decimal": [f"{abs(number):f}" for number in DECIMALS if "." in f"{number:f}"],
    "Quantity": ["1", "2.5", "1000", "0"],
    "Date": ["@" + text for text in DATES if text and text != "2012-13"],
    "DateTime": [
        f"@{text}{'' if 'T' in text else 'T'}" for text in DATE_TIMES if text[5:] not in ("", "13")
    ],
    "Time": ["@T" + text for text in TIMES if text < "24"],
}
QUOTED_UNITS: Final = [quoted(unit) for unit in UNITS]
DURATIONS: Final = ["days", "day", "year", "months", "hours", "week", "seconds", "millisecond"]
REARRANGED: Final = [
    ".distinct()",
    ".tail()",
    ".skip(1)",
    ".take(1)",
    ".trace('t')",
    ".type()",
    ".defineVariable('{v}').select(%{v})",
]
PATTERNS: Final = ("a", "^a.*b$", "[0-9]+", "(a)(b)?", "(?=a)", "")
OUTSIDE: Final = frozenset({"conformsTo", "subsumes", "subsumedBy", "htmlChecks"})
"""Functions that ask the environment."""
SPECIAL_TYPES: Final = ("FHIR.string", "System.String", "Resource", "Element")


class Expressions:
    """`odd`: how likely an expression is of another type than the one that is wanted."""

    def __init__(
        self, random: Random, registry: Registry, sample: Item | None = None, odd: float = 0.04
    ) -> None:
        """`sample`: paths mostly go where it has something."""
        self._random = random
        self._registry = registry
        self._odd = odd
        self._about = ""
        self._variables = 0
        self._present = present(sample, registry) if sample is not None else {}
        self._by_result: dict[str, list[Signature]] = {}
        for signature in SIGNATURES.values():
            if signature.call is not None and signature.name not in OUTSIDE:
                self._by_result.setdefault(signature.gives, []).append(signature)

    def expression(self, about: str, depth: int = 4) -> str:
        """An expression for resources of a type."""
        self._about = about
        wanted = self._choose((ANY, ANY, ANY, "Boolean", "Boolean", *SYSTEM))
        return self._of(wanted, about, depth)

    def _choose(self, options: tuple[str, ...] | list[str]) -> str:
        return self._random.choice(options)

    def _happens(self, probability: float) -> bool:
        return self._random.random() < probability

    # --- by what is wanted ------------------------------------------------------------
    def _of(self, wanted: str, this: str, depth: int) -> str:
        """An expression of a type, in a place where `$this` is of the type `this`."""
        if self._happens(self._odd):
            wanted = self._choose((ANY, *SYSTEM))
        wanted = self._choose(KINDS[wanted]) if wanted in KINDS and wanted != ANY else wanted
        if depth <= 0:
            return self._leaf(wanted, this)
        if wanted == ANY:
            return self._collection(this, depth)
        ways = [self._leaf, self._leaf]
        made = {
            "Boolean": [self._logic, self._comparison, self._test, self._membership],
            "String": [self._concatenation],
            **{name: [self._arithmetic] for name in ("Integer", "Decimal", "Quantity")},
            **{name: [self._moved] for name in ("Date", "DateTime", "Time")},
        }
        if self._happens(0.15):
            return self._conditional(wanted, this, depth)
        if self._happens(0.5):
            return self._random.choice(made[wanted])(wanted, this, depth)
        if self._happens(0.6):
            return self._called(wanted, this, depth)
        return self._random.choice(ways)(wanted, this)

    def _leaf(self, wanted: str, this: str) -> str:
        """A path or a literal."""
        if wanted == ANY or self._happens(0.6):
            path = self._path(wanted, this)
            if path:
                return path
        return self._literal(self._choose(SYSTEM) if wanted == ANY else wanted)

    def _literal(self, wanted: str) -> str:
        text = self._choose(LITERALS[wanted])
        if wanted == "Quantity":
            text += " " + self._choose(DURATIONS if self._happens(0.3) else QUOTED_UNITS)
        return text

    # --- paths ------------------------------------------------------------------------
    def _path(self, wanted: str, this: str) -> str:
        """Elements that lead from `$this`, or from the resource, to something of a type."""
        for _ in range(6):
            text, found = self._rooted(this, self._random.randint(1, 3))
            if wanted == ANY or SYSTEM_TYPES.get(found) == wanted or found == wanted:
                return text
        return ""

    def _rooted(self, this: str, steps: int) -> tuple[str, str]:
        """A path from `$this`, said or not, from its type, from the resource or a variable."""
        if self._happens(0.7):
            return self._walk(this, steps)
        if self._happens(0.1):
            return self._choose(["%one", "%none", "%sct", "$index"]), "String"
        root = self._choose(["$this", "%resource", "%context"])
        start = this if root == "$this" else self._about
        if "." not in start and start in self._registry.types and self._happens(0.3):
            root = start
        text, found = self._walk(start, steps)
        return (root if text == "$this" else f"{root}.{text}"), found

    def _walk(self, this: str, steps: int) -> tuple[str, str]:
        """A path and the type it most likely leads to."""
        text, found = "", this
        for _ in range(steps):
            element = self._element(found)
            if element is None:
                break
            text += ("." if text else "") + escaped(element.name)
            found = element.type
            if element.choice and self._happens(0.6):
                how = self._choose((".ofType({0})", ".ofType({0})", ".as({0})"))
                text += how.format(found)
            if self._happens(0.12):
                text += self._choose((".first()", "[0]", "[1]", ".last()", ".single()", ".tail()"))
        return text or "$this", found

    def _element(self, type_name: str) -> "Step | None":
        """An element of a type: one that the sample has, or any; of a primitive, seldom."""
        definition = self._registry.types.get(type_name)
        if definition is None or (definition.kind == "primitive" and self._happens(0.85)):
            return None
        there = self._present.get(type_name)
        if there and self._happens(0.7):
            return self._random.choice(there)
        element = self._random.choice(definition.elements)
        found = self._random.choice(element.types).name
        found = self._choose(TYPES[:4]) if found == "Resource" else found
        return Step(element.name, found, element.choice)

    def _collection(self, this: str, depth: int) -> str:
        """Any collection: a path, filtered, projected, combined."""
        text, found = self._rooted(this, self._random.randint(1, 3))
        for _ in range(self._random.randint(0, 2)):
            text, found = self._step(text, found, this, depth - 1)
        if self._happens(0.15):
            other = self._of(ANY, this, depth - 1)
            return f"({text} | {other})" if self._happens(0.6) else f"{text}.combine({other})"
        return text

    def _step(self, text: str, found: str, this: str, depth: int) -> tuple[str, str]:
        """A collection function applied to a collection of elements of type `found`."""
        step = self._random.choice((self._iterated, self._gone_through, self._rearranged))
        return step(text, found, this, depth)

    def _iterated(self, text: str, found: str, this: str, depth: int) -> tuple[str, str]:
        """`where` and `select`."""
        if self._happens(0.6):
            return f"{text}.where({self._criterion(found, depth)})", found
        wanted = self._choose((ANY, *SYSTEM))
        return f"{text}.select({self._of(wanted, found, depth)})", wanted

    def _criterion(self, this: str, depth: int) -> str:
        """A truth about `$this`. Never a constant: what `false` keeps is nothing, and what would
        have been refused on the way to it need not be evaluated."""
        for _ in range(8):
            text = self._of("Boolean", this, depth)
            if text not in ("true", "false"):
                return text
        return "$this.exists()"

    def _gone_through(self, text: str, found: str, this: str, depth: int) -> tuple[str, str]:
        """What is below."""
        if self._happens(0.3):
            return f"{text}.extension({quoted('http://example.org/x')})", "Extension"
        if self._happens(0.4):
            return f"{text}.{self._choose(['children()', 'descendants()'])}", found
        inner, type_ = self._walk(found, 1)
        inner = "extension" if inner == "$this" else inner
        return f"{text}.{self._choose(['repeat', 'repeatAll'])}({inner})", type_

    def _rearranged(self, text: str, found: str, this: str, depth: int) -> tuple[str, str]:
        """The same items, fewer, more or in another order."""
        if self._happens(0.3):
            keys = ", ".join(self._key(found, depth) for _ in range(self._random.randint(0, 2)))
            return f"{text}.sort({keys})", found
        if self._happens(0.3):
            how = self._choose(["union", "intersect", "exclude", "combine"])
            return f"{text}.{how}({self._of(ANY, this, depth)})", found
        self._variables += 1
        return text + self._choose(REARRANGED).replace("{v}", f"v{self._variables}"), found

    def _key(self, this: str, depth: int) -> str:
        return self._choose(["", "-"]) + f"({self._leaf(self._choose(COMPARED), this)})"

    # --- operators --------------------------------------------------------------------
    def _logic(self, wanted: str, this: str, depth: int) -> str:
        left, right = (self._of("Boolean", this, depth - 1) for _ in range(2))
        operator = self._choose(["and", "or", "xor", "implies"])
        return f"({left} {operator} {right})"

    def _comparison(self, wanted: str, this: str, depth: int) -> str:
        kind = self._choose((ANY, *SYSTEM) if self._happens(0.5) else COMPARED)
        left, right = (self._of(kind, this, depth - 1) for _ in range(2))
        if kind in (ANY, "Boolean") or self._happens(0.5):
            return f"({left} {self._choose(['=', '!=', '~', '!~'])} {right})"
        return f"({left} {self._choose(['<', '<=', '>', '>='])} {right})"

    def _membership(self, wanted: str, this: str, depth: int) -> str:
        kind = self._choose(SYSTEM)
        item, others = self._of(kind, this, depth - 1), self._of(kind, this, depth - 1)
        others = f"({others} | {self._literal(kind)})" if self._happens(0.6) else others
        return f"({item} in {others})" if self._happens(0.5) else f"({others} contains {item})"

    def _test(self, wanted: str, this: str, depth: int) -> str:
        """Functions and operators that ask something of a collection or of each item."""
        text, found = self._walk(this, self._random.randint(1, 2))
        match self._random.randint(0, 5):
            case 0:
                return f"{text}.exists({self._criterion(found, depth - 1)})"
            case 1:
                return f"{text}.all({self._criterion(found, depth - 1)})"
            case 2:
                return f"({text} is {self._type(found)})"
            case 3:
                return f"{text}.is({self._type(found)})"
            case 4:
                return f"{text}.{self._choose(['exists', 'empty', 'hasValue', 'not'])}()"
        return f"({text}.count() > {self._random.randint(0, 2)})"

    def _type(self, likely: str) -> str:
        other = self._choose(["string", "code", "Quantity", "Patient", *SYSTEM, *SPECIAL_TYPES])
        return likely if likely in self._registry.types and "." not in likely else other

    def _concatenation(self, wanted: str, this: str, depth: int) -> str:
        left, right = (self._of("String", this, depth - 1) for _ in range(2))
        return f"({left} {self._choose(['+', '&'])} {right})"

    def _arithmetic(self, wanted: str, this: str, depth: int) -> str:
        left, right = (self._of(wanted, this, depth - 1) for _ in range(2))
        if self._happens(0.15):
            return f"(-({left}))"
        return f"({left} {self._choose(['+', '-', '*', '/', 'div', 'mod'])} {right})"

    def _moved(self, wanted: str, this: str, depth: int) -> str:
        moment, by = self._of(wanted, this, depth - 1), self._of("Quantity", this, 0)
        if self._happens(0.8):
            by = f"{self._choose(LITERALS['Quantity'])} {self._choose(DURATIONS)}"
        return f"({moment} {self._choose(['+', '-'])} {by})"

    # --- functions --------------------------------------------------------------------
    def _called(self, wanted: str, this: str, depth: int) -> str:
        """A function of the table that gives a type, on what it takes."""
        signature = self._random.choice(self._by_result[wanted] + self._by_result["value"])
        target = ""
        if signature.takes == "collection":
            target = self._of(ANY, this, depth - 1) + "."
        elif signature.takes != "nothing":
            target = f"({self._of(signature.takes, this, depth - 1)})."
        given = [a for a in signature.arguments if not a.optional or self._happens(0.4)]
        arguments = ", ".join(self._argument(signature, a, this, depth - 1) for a in given)
        return f"{target}{signature.name}({arguments})"

    def _argument(self, signature: Signature, argument: Argument, this: str, depth: int) -> str:
        if argument.kind == "type":
            return self._choose(TYPES)
        if argument.kind == "expression":
            return self._of(argument.type, this, 0)
        if "atch" in signature.name and self._happens(0.7):
            return quoted(self._choose(PATTERNS))
        if signature.name in ("encode", "decode", "escape", "unescape"):
            return quoted(self._choose(["hex", "base64", "urlbase64", "html", "json"]))
        return self._of(ANY if argument.kind == "collection" else argument.type, this, depth)

    def _conditional(self, wanted: str, this: str, depth: int) -> str:
        """A branch, a fallback, or a total over a collection."""
        one, other = (self._of(wanted, this, depth - 1) for _ in range(2))
        match self._random.randint(0, 3):
            case 0 | 1:
                return f"iif({self._of('Boolean', this, depth - 1)}, {one}, {other})"
            case 2:
                return f"coalesce({one}, {other})"
        text, found = self._walk(this, 2)
        total = self._choose(["$total", "$total.first()", "$index", "iif($total.empty(), 1, 2)"])
        return f"{text}.aggregate({self._of(wanted, found, 0)} | {total}, {one})"


def escaped(name: str) -> str:
    """An element's name, delimited where it is a word of the language."""
    return f"`{name}`" if name in ("div", "contains", "as", "is", "in", "mod") else name
