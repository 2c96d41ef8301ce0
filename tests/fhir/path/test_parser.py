"""Guards against expressions misread, and against input that makes the parser fall over."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse, to_text
from hygie.fhir.path.parser import PRECEDENCE
from hygie.fhir.path.places import caret
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
)
from hygie.limits import MAX_EXPRESSION_CHARACTERS, MAX_EXPRESSION_DEPTH
from hygie.refusal import Category, Refused

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True) | st.text(
    st.characters(codec="utf-8"), max_size=6
)
SCRAPS = st.from_regex(
    r"""[a.()\[\]{}|=,-]|is|as|in|contains|div|and|true|'x'|`y`|1|1\.5|12L|4 days|1 'mg'|where\(
    |@2020|@2020-05-01T10:00Z|@T10:00Z|@2020-1|\$this|\$that|%x|%`y|['`%@\\]|//|/\*|\*/|9{12}
    |\\u0041|FHIR\.Patient|[ \n\r\u00a0\u202e]""",
    fullmatch=True,
)
TYPES = st.sampled_from(["Quantity", "FHIR.Quantity", "Patient.contact", "FHIR.is.a b", "a..b"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.just(Empty()),
    st.text(st.characters(codec="utf-8"), max_size=8).map(Literal),
    st.booleans().map(Literal),
    st.integers(0, 10**9).map(Literal),
    st.decimals(0, 1000, places=9).map(Literal),
    st.sampled_from(["2020", "2020-05", "2020-05-01T10:00Z", "T10:30", "2020T"]).map(Moment),
    st.integers(0, 10**18).map(lambda value: Literal(value, long=True)),
    st.sampled_from(["$this", "$index", "%resource", "%a b", "%"]).map(Variable),
    NAMES.map(lambda name: Member(None, name)),
    st.builds(Quantity, st.decimals(0, 9, places=1), st.text(max_size=3)),
    st.builds(Quantity, st.decimals(0, 9, places=1), st.just("days"), st.just(value=True)),
)


def _m(name: str) -> Member:
    return Member(None, name)


def larger(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Member, nodes, NAMES),
        st.builds(Variable, st.sampled_from(["$this", "$index", "$total"]), nodes),
        st.builds(Call, st.none() | nodes, NAMES, st.lists(nodes, max_size=3).map(tuple)),
        st.builds(Index, nodes, nodes),
        st.builds(Sign, st.sampled_from("+-"), nodes),
        st.builds(Call, nodes, st.just("sort"), st.tuples(st.builds(Sign, st.just("desc"), nodes))),
        st.builds(TypeTest, st.sampled_from(["is", "as"]), nodes, TYPES),
        st.builds(Binary, st.sampled_from(sorted(set(PRECEDENCE) - {"is", "as"})), nodes, nodes),
    )


@given(st.recursive(LEAVES, larger, max_leaves=12))
@settings(deadline=None)
def test_a_printed_tree_reads_back_as_itself(node: Node) -> None:
    """Danger: printing loses a parenthesis or an escape, and the meaning changes."""
    assert parse(to_text(node)) == node


@given(
    st.text(max_size=60)
    | st.text("ab.()[]{}|='`@%$ 01-/*\\and", max_size=40)
    | st.lists(SCRAPS, max_size=14).map(" ".join)
    | st.lists(SCRAPS, max_size=14).map("".join)
)
@example("9" * 5_000)
@example("0" * 5_000 + ".0")
@example("'\\ud83d\\ude00' = '\U0001f600'")
@settings(deadline=None)
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    """Danger: a hostile expression escapes as an exception that nobody turns into an answer."""
    refusal = None
    try:
        node = parse(text)
    except Refused as problem:
        refusal = problem.refusal
    if refusal is None:
        assert parse(to_text(node)) == node
    else:
        assert refusal.category is Category.INVALID
        assert all(i.text("fr").isprintable() and i.text("en") for i in refusal.issues)
        shown = caret(text, int(refusal.issues[0].details["position"]))
        assert "^" in shown.split("\n")[1]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b", Member(Member(None, "a"), "b")),
        ("a or b and c", Binary("or", _m("a"), Binary("and", _m("b"), _m("c")))),
        ("a | b | c", Binary("|", Binary("|", _m("a"), _m("b")), _m("c"))),
        ("1 + 2 * 3", Binary("+", Literal(1), Binary("*", Literal(2), Literal(3)))),
        ("a = b is String", Binary("=", _m("a"), TypeTest("is", _m("b"), "String"))),
        ("-a.b", Sign("-", Member(_m("a"), "b"))),
        ("a as Quantity | b", Binary("|", TypeTest("as", _m("a"), "Quantity"), _m("b"))),
        ("'it\\'s \\u00e9'", Literal("it's é")),
        ("`div`.x // end", Member(_m("div"), "x")),
        ("/* * */ 1.50", Literal(Decimal("1.50"))),
        ("4 'mg'", Quantity(Decimal(4), "mg")),
        ("'\\ud83d\\ude00\\/'", Literal("\U0001f600/")),
        ("45L", Literal(45, long=True)),
        ("-2147483648", Sign("-", Literal(2147483648))),
        ("4 days", Quantity(Decimal(4), "days", calendar=True)),
        ("% x = %`a b`", Binary("=", Variable("%x"), Variable("%a b"))),
        ("%'a b'", Variable("%a b")),
        ("a.$this.b", Member(Variable("$this", _m("a")), "b")),
        ("as.is contains in", Binary("contains", Member(_m("as"), "is"), _m("in"))),
        ("a.div.day", Member(Member(_m("a"), "div"), "day")),
        ("`a`.`where`(b)", Call(_m("a"), "where", (_m("b"),))),
        ("a is FHIR.`Patient`.contact", TypeTest("is", _m("a"), "FHIR.Patient.contact")),
        ("a is FHIR.Age.not()", Call(TypeTest("is", _m("a"), "FHIR.Age"), "not")),
        ("a.sort(b desc, c asc)", Call(_m("a"), "sort", (Sign("desc", _m("b")), _m("c")))),
        ("1 > 2 is Boolean", Binary(">", Literal(1), TypeTest("is", Literal(2), "Boolean"))),
        ("-1.f()", Sign("-", Call(Literal(1), "f"))),
        ("-1 * 2", Binary("*", Sign("-", Literal(1)), Literal(2))),
        ("a // b\r| c", Binary("|", _m("a"), _m("c"))),
        ("@2020-05-01T10:00+02:00", Moment("2020-05-01T10:00+02:00")),
        ("a.where(b)[0]", Index(Call(_m("a"), "where", (_m("b"),)), Literal(0))),
    ],
)
def test_precedence_and_literals_are_those_of_the_grammar(text: str, tree: Node) -> None:
    """Danger: operators bind otherwise than FHIRPath says."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "rule", "position"),
    [
        ("a.", "fhirpath.syntax", 3),
        ("a b", "fhirpath.syntax", 3),
        ("a.where(", "fhirpath.syntax", 9),
        ("a = 'open", "fhirpath.unclosed", 5),
        ("a # b", "fhirpath.character", 3),
        ("", "fhirpath.syntax", 1),
        ("a[1", "fhirpath.syntax", 4),
        ("2 + 2 /* open", "fhirpath.unclosed", 7),
        ("%`open", "fhirpath.unclosed", 1),
        ("a = '\\p'", "fhirpath.escape", 6),
        ("'\\u12g4'", "fhirpath.escape", 2),
        ("'\\ud83d'", "fhirpath.escape", 2),
        ("a = $that", "fhirpath.dollar", 5),
        ('a = "x"', "fhirpath.double-quotes", 5),
        ("a\u00a0= 1", "fhirpath.character", 2),
        ("'\ud800'", "fhirpath.character", 2),
        ("a and and b", "fhirpath.reserved", 7),
        ("@T14:34:28Z", "fhirpath.time-zone", 11),
        ("@T14:34+10:00", "fhirpath.time-zone", 8),
        ("@2015-02-04T1:30", "fhirpath.moment", 1),
        ("@2015Z", "fhirpath.moment", 1),
        ("a = @", "fhirpath.moment", 5),
        ("a = @2015-02-29", "fhirpath.no-such-moment", 5),
        ("@2015-02-04T24:30", "fhirpath.no-such-moment", 1),
        ("a.sort(b up)", "fhirpath.syntax", 10),
        ("a.where(b desc)", "fhirpath.syntax", 11),
        ("a > 2147483648", "fhirpath.integer", 5),
        ("1" * 39, "fhirpath.digits", 1),
    ],
)
def test_a_refusal_names_the_place(text: str, rule: str, position: int) -> None:
    """Danger: whoever wrote a wrong expression is not told where."""
    with pytest.raises(Refused) as refused:
        parse(text)
    issue = refused.value.refusal.issues[0]
    assert (issue.rule, issue.details["position"]) == (rule, str(position))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "-" * 10_000 + "a",
        "a" + ".b" * (MAX_EXPRESSION_DEPTH + 1),
        "+".join("1" * (MAX_EXPRESSION_DEPTH + 2)),
        "+".join("1" * 10_000),
        "a" + ".a" * 10_000,
        "a" + "[0]" * 10_000,
        "f(" * 5_000,
        "a" * (MAX_EXPRESSION_CHARACTERS + 1),
        "/*" + "*" * 60_000,
        "'" + "\\'" * 30_000,
    ],
)
def test_size_and_depth_are_bounded(text: str) -> None:
    """Danger: one long or deep expression exhausts the stack or the processor."""
    with pytest.raises(Refused):
        parse(text)


@pytest.mark.parametrize("operator", ["|", " and ", " or "])
def test_a_long_chain_is_no_deep_tree(operator: str) -> None:
    """Danger: a list of two hundred codes is refused as if it were nested."""
    texts = [f"'{number}'" for number in range(2_000)]
    node = parse(operator.join(texts))
    assert node.depth < 50
    assert parse(to_text(node)) == node
    found = re.findall(r"'\d+'", to_text(node))
    assert found == texts
    assert [leaf.position for leaf in leaves(node)] == sorted(
        leaf.position for leaf in leaves(node)
    )


def leaves(node: Node) -> list[Node]:
    return [*leaves(node.left), *leaves(node.right)] if isinstance(node, Binary) else [node]


def test_every_r4_search_expression_prints_back() -> None:
    """Danger: an expression in use falls outside what the printer was tested on."""
    for parameter in r4().search_parameters:
        if parameter.expression:
            node = parse(parameter.expression)
            assert parse(to_text(node)) == node


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("a b", "« b » est de trop"),
        ("a ''", "« '' » est de trop"),
        ("a.", "elle finit, à la position 3"),
        ("a | | b", "manque devant « | »"),
        ("(a", "« ) » attendu à la position 3"),
        ("(a \u001b[0m", "« ␛ »"),
        ("a[`\u001b`; b", "Caractère inattendu"),
    ],
)
def test_a_refusal_is_a_sentence_in_french(text: str, french: str) -> None:
    """Danger: half a sentence in English, or a control character sent to a terminal."""
    with pytest.raises(Refused) as refused:
        parse(text)
    said = refused.value.refusal.issues[0].text("fr")
    assert french in said
    assert said.isprintable()
