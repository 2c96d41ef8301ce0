"""Guards against texts changed by their escapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.delimiters import STANDARD, Delimiters
from hygie.hl7v2.escapes import escape, unescape


@given(st.text(st.characters(codec="utf-8")))
def test_escaping_and_back_is_the_text(text):
    """A result or a name that is not what was sent."""
    assert unescape(escape(text, STANDARD), STANDARD) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"),
        (r"ligne 1\.br\ligne 2", "ligne 1\nligne 2"),
        (r"a\.sp2\b", "a\n\nb"),
        (r"\H\gras\N\ ", "gras "),
        (r"\.in+2\retrait", "retrait"),
        (r"\X0D0A\ ", "\r\n "),
        (r"caf\XC3A9\ ", "café "),
        (r"\XZZ\ ", r"\XZZ\ "),
        (r"C:\dossier", r"C:\dossier"),
        (r"\Zlocal\ ", r"\Zlocal\ "),
        (r"fin\E", r"fin\E"),
    ],
)
def test_sequences_mean_what_the_standard_says(raw, text):
    """A sequence misread, or one that is not known thrown away."""
    assert unescape(raw, STANDARD) == text


def test_hexadecimal_is_read_in_the_character_set_of_the_message():
    """Accents of Latin-1 senders garbled."""
    assert unescape(r"\XE9\t\XE9\ ", STANDARD, "iso8859-1") == "été "


def test_the_truncation_character_of_2_7_has_its_escape():
    """A text of version 2.7 cut or mangled at '#'."""
    assert unescape(r"n\P\1", Delimiters(truncation="#")) == "n#1"


def test_a_command_cannot_ask_for_a_million_lines():
    """Memory exhausted by a dozen characters."""
    assert len(unescape(r"\.sp999999999\ ", STANDARD)) < 100
