"""Guards against rules of R4 that mean something else once compiled."""

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse
from hygie.fhir.path.syntax import children, with_children
from hygie.fhir.validate.invariants.compiled import compile_invariant, lenient, needed_member


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("name.given.as(string)", "name.given.ofType(string)"),
        ("(value as Quantity).value > 1", "value.ofType(Quantity).value > 1"),
        ("answer is Boolean", "answer is boolean"),
        ("value.as(FHIR.Quantity)", "value.ofType(FHIR.Quantity)"),
        ("a.where(b as Age)[0] | -(c as code)", "a.where(b.ofType(Age))[0] | -c.ofType(code)"),
        ("name.exists()", "name.exists()"),
    ],
)
def test_as_selects_and_types_are_those_of_fhir(written: str, meant: str):
    """R4's own rules refused, or false on every resource."""
    assert parse(lenient(written)) == parse(meant)


def test_a_rule_is_what_its_words_say():
    """A form whose two conditions may mean "any" or "all" (que-12, "more than one enableWhen")."""
    rule = "enableWhen.count() > 2 implies enableBehavior.exists()"
    check = compile_invariant(rule, "Questionnaire.item", r4())
    assert check({"enableWhen": [{}, {}]}) == [False]
    assert check({"enableWhen": [{}]}) == [True]


@pytest.mark.parametrize(
    ("expression", "member"),
    [
        ("contained.contained.empty()", "contained"),
        ("contained.where(x).trace('n', id).empty()", "contained"),
        ("contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()", ""),
        ("contained.exists()", ""),
        ("contained.count().empty()", ""),
        ("%resource.contained.empty()", ""),
        ("descendants().empty()", ""),
    ],
)
def test_a_rule_is_skipped_only_where_absence_keeps_it(expression: str, member: str):
    """A rule that is never evaluated lets everything through."""
    assert needed_member(expression) == member


def test_every_rule_of_r4_compiles_where_it_stands():
    """A rule that does not compile is not checked, and only a warning says so."""
    registry = r4()
    for rule in registry.all_invariants:
        for path in rule.paths:
            for name in registry.types_at(path):
                compile_invariant(rule.expression, name, registry)


def test_trees_are_rebuilt_from_their_children():
    """A node of the syntax that a rewriting forgets."""
    text = "a.where(b[0] is Age).first() | -(c as code) + %x.y"
    tree = parse(text)
    assert with_children(tree, list(children(tree))) == tree
