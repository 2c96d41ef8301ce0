"""Guards against names with the wrong accents."""

import pytest

from hygie.hl7v2.parse import parse
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|GAM|CH|HYGIE|CH|2026||ADT^A01|42|P|2.5||||||{}\rPID|||||NOËL^ŒUVRÉE\r"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UNICODE UTF-8", "utf-8"), ("8859/15", "iso8859-15"), ("unicode utf-8", "utf-8"),
        ("UNICODE UTF-8~8859/1", "utf-8"), ("", "utf-8"),
    ],
)  # fmt: skip
def test_a_declared_character_set_is_used(declared, encoding):
    """A patient created twice because one sender's accents were misread."""
    message = parse(HEADER.format(declared).encode(encoding))
    assert message.require("PID").text(5, 2) == "ŒUVRÉE"
    assert message.warnings == ()


def test_latin_1_declared_as_such():
    """The commonest French interface of all, unreadable."""
    raw = HEADER.format("8859/1").replace("Œ", "OE").encode("latin-1")
    assert parse(raw).require("PID").text(5) == "NOËL"


def test_undeclared_latin_1_is_read_with_a_warning():
    """Accents guessed, and nobody told that they were."""
    message = parse(HEADER.format("").replace("Œ", "OE").encode("latin-1"))
    assert message.require("PID").text(5) == "NOËL"
    assert [warning.location for warning in message.warnings] == ["MSH-18"]


@pytest.mark.parametrize(
    ("declared", "raw", "rule"),
    [
        ("UNICODE UTF-8", "latin-1", "hl7.characters"),
        ("ASCII", "utf-8", "hl7.characters"),
        ("UNICODE UTF-16", "utf-8", "hl7.character-set"),
        ("ISO IR87", "utf-8", "hl7.character-set"),
    ],
)
def test_a_false_declaration_is_refused_at_msh_18(declared, raw, rule):
    """Letters replaced by question marks and filed as a person's name."""
    with pytest.raises(Refused) as caught:
        parse(HEADER.format(declared).replace("Œ", "OE").encode(raw))
    issue = caught.value.refusal.issues[0]
    assert (issue.rule, issue.location) == (rule, "MSH-18")
