"""Is a text an expression constraint of SNOMED CT (ECL 2)? Its form alone, not its concepts.

Source: SNOMED International, Expression Constraint Language, brief syntax. Filters (`{{ … }}`) and
the fields of a reference set are passed over.
"""

import re
from typing import Final

from hygie.limits import MAX_EXPRESSION_CHARACTERS

TOKEN: Final = re.compile(
    r"""(?:\s|/\*.*?\*/)*(?:
      (?P<filter>\{\{[^{}]*\}\})
    | (?P<term>\|[^|]*\|)
    | (?P<cardinality>\[\s*[0-9]+\s*(?:\.\.|to)\s*(?:[0-9]+|\*|many)\s*\])
    | (?P<fields>\[[^\]]*\])
    | (?P<value>\#[+-]?[0-9]+(?:\.[0-9]+)? | "(?:[^"\\]|\\.)*" | (?:true|false)\b)
    | (?P<concept>[0-9]{6,18}(?![0-9A-Za-z]) | \* | [A-Za-z][A-Za-z0-9-]*\#[A-Za-z0-9._-]+)
    | (?P<both>AND\b|,) | (?P<either>OR\b) | (?P<minus>MINUS\b) | (?P<reverse>R\b)
    | (?P<compare>!=|<=|>=|=)
    | (?P<walk><<!|>>!|<!|>!|<<|>>|!!<|!!>|<|>)
    | (?P<sign>[\^:.(){}])
    )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
BLANK: Final = re.compile(r"(?:\s|/\*.*?\*/)*", re.DOTALL)
MAX_DEPTH: Final = 32
Token = tuple[str, str]


class _NotEclError(Exception):
    """Unwinds the reading of a text that is no expression."""


def is_ecl(text: str) -> bool:
    """Whether the text can be read whole."""
    try:
        reader = _Reader(_tokens(text))
        reader.expression(0)
        return reader.at_end()
    except _NotEclError:
        return False


def _tokens(text: str) -> list[Token]:
    if len(text) > MAX_EXPRESSION_CHARACTERS:
        raise _NotEclError
    found: list[Token] = []
    position = 0
    while BLANK.match(text, position).end() < len(text):  # type: ignore[union-attr]
        match = TOKEN.match(text, position)
        if match is None:
            raise _NotEclError
        kind = str(match.lastgroup)
        if kind != "term":
            found.append((match[kind] if kind == "sign" else kind, match[kind]))
        elif not found or found[-1][0] != "concept":
            raise _NotEclError
        position = match.end()
    return found


class _Reader:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def at_end(self) -> bool:
        return self._next == len(self._tokens)

    def expression(self, depth: int) -> None:
        """One constraint; several joined in one way; one refined; or the attributes of one."""
        self._operand(depth)
        joined = self._take("both", "either", "minus")
        if joined:
            self._operand(depth)
            while joined != "minus" and self._take(joined):
                self._operand(depth)
        elif self._take(":"):
            self._refinement(depth)
        else:
            while self._take("."):
                self._operand(depth)

    def _operand(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _NotEclError
        self._take("walk")
        if self._take("^"):
            self._take("fields")
        if self._take("("):
            self.expression(depth + 1)
            self._require(")")
        else:
            self._require("concept")
        while self._take("filter"):
            pass

    def _refinement(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise _NotEclError
        self._refined(depth)
        joined = self._take("both", "either")
        while joined:
            self._refined(depth)
            joined = self._take(joined)

    def _refined(self, depth: int) -> None:
        """An attribute, a group of them, or a refinement in parentheses."""
        self._take("cardinality")
        if self._take("{"):
            self._refinement(depth + 1)
            self._require("}")
        elif self._peek() == "(" and not self._names_attribute():
            self._require("(")
            self._refinement(depth + 1)
            self._require(")")
        else:
            self._attribute(depth)

    def _attribute(self, depth: int) -> None:
        self._take("cardinality")
        self._take("reverse")
        self._operand(depth + 1)
        if not self._take("compare"):
            self._require("walk")
            self._require("value")
        elif self._peek() == "value":
            self._require("value")
        elif self._peek() == "(" and self._peek(1) == "value":
            self._require("(")
            while self._take("value"):
                pass
            self._require(")")
        else:
            self._operand(depth + 1)

    def _names_attribute(self) -> bool:
        """Whether what is in parentheses is compared with something."""
        open_ = 0
        for position in range(self._next, len(self._tokens)):
            kind = self._tokens[position][0]
            open_ += (kind == "(") - (kind == ")")
            if not open_:
                return self._peek(position + 1 - self._next) in ("compare", "walk")
        raise _NotEclError

    def _peek(self, ahead: int = 0) -> str:
        position = self._next + ahead
        return self._tokens[position][0] if position < len(self._tokens) else ""

    def _take(self, *kinds: str) -> str:
        """The kind of the next token, passed, if it is one of these; else ""."""
        kind = self._peek()
        if kind not in kinds or not kind:
            return ""
        self._next += 1
        return kind

    def _require(self, kind: str) -> None:
        if not self._take(kind):
            raise _NotEclError
