"""Names of accounts and clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.names import normalize_name
from hygie.limits import MAX_NAME_CHARACTERS
from hygie.refusal import Refused


@given(st.text(st.characters(), max_size=80))
def test_a_name_has_one_spelling(text: str) -> None:
    """Guards: a name that finds its account once and not the next time."""
    try:
        name = normalize_name(text)
    except Refused:
        return
    assert normalize_name(name) == name
    assert normalize_name(text.upper().swapcase()) == normalize_name(text.upper())
    assert 0 < len(name) <= MAX_NAME_CHARACTERS
    assert name.isprintable()


@given(st.text("abcdefgéèàç0123456789._@-", min_size=1, max_size=MAX_NAME_CHARACTERS))
def test_ordinary_names_are_taken(text: str) -> None:
    """Guards: a colleague whose name cannot be entered."""
    name = f"a{text}"[:MAX_NAME_CHARACTERS]
    assert normalize_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Claire.Morel", "claire.morel"),
        ("  claire.morel ", "claire.morel"),
        ("\uff43laire", "claire"),
        ("Rene\u0301", "rené"),
        ("RENÉ", "rené"),
        ("c.morel@chu.example", "c.morel@chu.example"),
    ],
)
def test_spellings_of_one_name(typed: str, name: str) -> None:
    """Guards: someone kept out by a capital letter or a keyboard that composes accents."""
    assert normalize_name(typed) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "clаire",
        "αlice",
        "ıris",
        "İris",
        "a\u0308\u0308b",
        "al\u200bice",
        "alice\u202e",
        "alice\0",
        "ali ce",
        "-alice",
        ".alice",
        "alice/..",
        "alice'--",
        "a" * (MAX_NAME_CHARACTERS + 1),
        "\ufdfa" * 10,
        "\ud800",
    ],
)
def test_look_alikes_and_invisible_characters_are_refused(name: str) -> None:
    """Guards: two accounts that read the same."""
    with pytest.raises(Refused, match=r"access\.name"):
        normalize_name(name)
