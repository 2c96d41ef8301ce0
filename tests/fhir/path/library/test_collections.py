"""Guards against items lost, doubled or out of order, and against what is true of none."""

from typing import Any

import pytest
from tests.fhir.path.answers import answers, rule

from hygie.fhir.path.environment import Environment

EXAMPLES: list[tuple[str, list[Any]]] = [
    ("{}.exists() | {}.empty() | {}.count()", [False, True, 0]),
    ("{}.not()", []),
    ("0.not()", [False]),
    ("{}.allTrue() | {}.anyTrue()", [True, False]),
    ("true.combine(false).allTrue()", [False]),
    ("true.combine(false).anyTrue()", [True]),
    ("false.combine(false).allFalse()", [True]),
    ("true.combine(false).anyFalse()", [True]),
    ("{}.allFalse() | {}.anyFalse()", [True, False]),
    ("(1 | 2 | 3).first() | (1 | 2 | 3).last()", [1, 3]),
    ("(1 | 2 | 3).tail()", [2, 3]),
    ("(1 | 2 | 3).skip(-1)", [1, 2, 3]),
    ("(1 | 2 | 3).skip(9)", []),
    ("(1 | 2 | 3).take(-1)", []),
    ("(1 | 2 | 3).take(2)", [1, 2]),
    ("(1 | 2)[2] | (1 | 2)[-1]", []),
    ("1.single()", [1]),
    ("{}.subsetOf(1)", [True]),
    ("1.subsetOf({})", [False]),
    ("(1 | 2).subsetOf(1.0 | 2 | 3)", [True]),
    ("(1 | 2 | 3).supersetOf(2)", [True]),
    ("1.combine(1).isDistinct()", [False]),
    ("1.combine(2).combine(1.0).distinct()", [1, 2]),
    ("1.combine(1).intersect(1)", [1]),
    ("1.combine(2).combine(1).exclude(2)", [1, 1]),
    ("1.combine(1).union(2)", [1, 2]),
    ("1.combine(2).combine(1, true)", [1, 2, 1]),
    ("1 in (1.0 | 2)", [True]),
    ("1 in {}", [False]),
    ("{} in 1", []),
    ("(1 | 2) contains 3", [False]),
    ("(1 | 2).where($this > 1)", [2]),
    ("(1 | 2).where({})", []),
    ("(3 | 5).select($index)", [0, 1]),
    ("(1 | 2).all($this > 0) | {}.all(false)", [True]),
    ("(1 | 2).exists($this > 2)", [False]),
    ("1.repeat(iif($this < 3, $this + 1, {}))", [2, 3]),
    ("1.repeat('a')", ["a"]),
    ("1.repeatAll(iif($this < 3, $this + 1, {}))", [2, 3]),
    ("(1 | 2 | 3).aggregate($this + $total, 0)", [6]),
    ("{}.aggregate($this + $total, 0)", [0]),
    ("1.aggregate($total)", []),
    ("(3 | 1 | 2).sort()", [1, 2, 3]),
    ("(3 | 1 | 2).sort(-$this)", [3, 2, 1]),
    ("('b' | 'a').sort($this)", ["a", "b"]),
    ("(11 | 21 | 12).sort($this mod 10, -$this)", [21, 11, 12]),
    ("(1 | 2 | 3).sort(iif($this = 2, {}, $this))", [2, 1, 3]),
    ("(1 | 2 | 3).sort(-iif($this = 2, {}, $this))", [2, 3, 1]),
    ("(1 | 2 | 3).sort(iif($this = 2, {}, $this) desc)", [3, 1, 2]),
    ("(11 | 21 | 12).sort($this mod 10 desc, $this asc)", [12, 11, 21]),
    ("(1 | 2 | 3).sort(-$this desc)", [1, 2, 3]),
    ("iif(false, 1)", []),
    ("iif({}, 1, 2)", [2]),
    ("{}.iif(true, 1, 2)", [1]),
    ("3.iif($this > 2, $this, 0)", [3]),
    ("coalesce({}, 2, 1 / 'a')", [2]),
    ("coalesce({}, {})", []),
    ("defineVariable('v', 1).select(%v)", [1]),
    ("(1 | 2).defineVariable('v').select(%v.count())", [2, 2]),
    ("(1 | 2).defineVariable('v', first()).select(%v + $this)", [2, 3]),
    ("(1 | 2).select($this.defineVariable('v').select(%v))", [1, 2]),
    ("1.defineVariable('v').select(%v) | 2.defineVariable('v').select(%v)", [1, 2]),
    ("(1 | 2 | 3).sum() | (1 | 2).avg()", [6, 1.5]),
    ("(1 'm' | 2 'cm').sum()", ["102 'cm'"]),
    ("('b' | 'a').min() | ('b' | 'a').max()", ["a", "b"]),
    ("(@2012 | @2012-01).min()", []),
    ("{}.sum() | {}.avg() | {}.min() | {}.max()", []),
]
REFUSED = [
    ("(1 | 2).single()", "several"),
    ("(1 | 2).not()", "several"),
    ("(true | 'a').allTrue()", "wrong-type"),
    ("(1 | 2).skip('a')", "wrong-type"),
    ("(1 | 2) in 1", "several"),
    ("1.where(1 | 2)", "several"),
    ("(1 | 2).iif(true, 1)", "several"),
    ("(1 | 'a').sort()", "operands"),
    ("(@2012 | @2012-01).sort()", "not-ordered"),
    ("1.type().combine(2).sort()", "not-ordered"),
    ("(1 | 2).sort($this | 3)", "several"),
    ("(1 | 'a').sum()", "not-ordered"),
    ("true.max()", "wrong-type"),
    ("'a'.avg()", "wrong-type"),
    ("1.defineVariable('v').defineVariable('v')", "defined-twice"),
    ("1.defineVariable('v').select(1.defineVariable('v'))", "defined-twice"),
    ("1.defineVariable('context')", "defined-twice"),
    ("1.defineVariable('sct')", "defined-twice"),
    ("1.defineVariable('v').combine(%v) | %v", "unknown-variable"),
    ("$total", "unknown-variable"),
    ("%nothing", "unknown-variable"),
    ("1.nothing()", "unsupported"),
    ("1.count(2)", "arguments"),
    ("1.where()", "arguments"),
]
ENDLESS = [
    "1.repeatAll($this)",
    "1.repeat($this + 1).count()",
    "'1234567890'.toChars().repeatAll($this | 'a')",
    "(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12).aggregate($total.combine($total), 1 | 2)",
    "(1 | 2).select(1 | 2).select(1 | 2).repeatAll(1 | 2 | 3)",
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_what_functions_of_collections_give(text: str, expected: list[Any]) -> None:
    """Danger: an item is lost, doubled, or kept that should not be."""
    assert answers(text) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_functions_of_collections_refuse(text: str, expected: str) -> None:
    """Danger: a mistake in an expression is answered as if it were none."""
    assert rule(text) == expected


@pytest.mark.parametrize("text", ENDLESS)
def test_what_never_ends_is_refused(text: str) -> None:
    """Danger: an expression from outside runs until the memory is full."""
    assert rule(text, environment=Environment(max_items=1_000)) == "too-many-items"


def test_a_trace_is_told_and_changes_nothing() -> None:
    """Danger: what is traced goes astray, or changes the answer."""
    told: list[tuple[str, list[Any]]] = []
    environment = Environment(trace=lambda name, items: told.append((name, items)))
    text = "(1 | 2).trace('all').trace('more', $this + $index).first()"
    assert answers(text, environment=environment) == [1]
    assert told == [("all", [1, 2]), ("more", [1, 3])]
