"""Guards the filters of value sets by SNOMED CT: a set that no server can expand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate.definitions.ecl import is_ecl

RIGHT = [
    "404684003",
    "404684003 |Clinical finding (finding)|",
    "< 404684003 |Clinical finding|",
    "<<! 404684003", ">! 40541001", "!!> 404684003", "*", "< *",
    "^ 700043003 |Example|", "^ [targetComponentId] 900000000000527005", "<< (^ 700043003)",
    "< 19829001 |Lung| AND < 301867009", "< 19829001 OR < 301867009 OR 404684003",
    "< 19829001 MINUS ^ 700043003", "(< 19829001 AND < 301867009) OR 404684003",
    "< 19829001 , < 301867009", "LOINC#54486-6 |Test|",
    "< 404684003: 363698007 |Finding site| = << 39057004",
    "< 404684003: 363698007 = <<39057004, 116676008 = <<415582006",
    "< 404684003: {363698007 = <<39057004, 116676008 = <<415582006} OR {246075003 = *}",
    "< 27658006: 411116001 = <<385055001, {127489000 = <<372687004, 179999999 >= #500}",
    "< 373873005: [1..3] 127489000 = < 105590001", "< 373873005: [0..1] { [2..*] 127489000 = * }",
    "< 105590001: R 127489000 = 111115", "91723000: R 123005000 = (< 1239999 AND 444444)",
    "< 404684003: (363698007 OR 116676008) = << 39057004",
    "< 404684003: (363698007 = 39057004 OR 116676008 = 415582006), 246075003 != 387517004",
    "< 19829001. < 363698007 |Finding site|", "249999999: 209309999 = \"PANADOL\"",
    "249999999: 209309999 = (\"PANADOL\" \"a \\\" b\")", "249999999: 209309999 < #5",
    "< 64572001 {{ term = \"heart att\"}}", "< 1111111 /* tous */ OR 2222222",
]  # fmt: skip
WRONG = [
    "", " ", "234234 << 234234", "<", "12345", "404684003 |unclosed", "|term|",
    "404684003 404684003",
    "< 19829001 AND", "< 1982900 AND < 301867009 OR 404684003", "(404684003", "404684003)",
    "< 404684003:", "< 404684003: 363698007", "< 404684003: 363698007 =", "404684003: {}",
    "< 404684003 MINUS 19829001 MINUS 301867009", "a", "404684003.", "[1..2] 404684003",
    "< 373873005: [1..x] 127489000 = *", "404684003; DROP", "{{ a }}", "404684003 /* open",
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_expressions_of_the_guide_are_read(text: str) -> None:
    """A sound filter refused."""
    assert is_ecl(text)
    assert is_ecl(f"\n {text}\t")
    assert is_ecl(f"({text})")


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_expression_is_told(text: str) -> None:
    """A filter that keeps nothing, found out by whoever expands the set."""
    assert not is_ecl(text)


@given(st.text('<>!^:(){}[]=|#"/*., \n01234567890ANDORMINUS', max_size=40) | st.text(max_size=20))
def test_any_text_is_read_or_not(text: str) -> None:
    """A text that stops the validation of a whole folder."""
    assert is_ecl(text) in (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000, "404684003:" + "(" * 30_000 + ")" * 30_000, "/*" * 30_000, "{{" * 30_000,
        "404684003:" + "(404684003=" * 5_000, " " * 60_000 + "x", "{" * 60_000, "|" * 60_001,
        "/* " * 20_000, "{{ a " * 12_000, '"' * 60_001, "[" * 60_000, "404684003 AND " * 4_000,
    ],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    """A text that takes a processor for minutes."""
    begun = time.process_time()
    assert not is_ecl(text)
    assert time.process_time() - begun < 2
