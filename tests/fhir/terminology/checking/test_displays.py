"""The display that comes with a code: in which language, and what is told of a wrong one."""

import pytest
from tests.fhir.terminology.checking.asked import coding, of_set, said, texts
from tests.fhir.terminology.making import BEASTS, system, value_set

from hygie.refusal import Refused

ALL = value_set("https://a.test/all", {"system": BEASTS})
CAT = {
    "code": "cat",
    "display": "Cat",
    "designation": [
        {"language": "fr", "value": "Chat"},
        {"language": "fr", "value": "Matou", "use": {"system": "u", "code": "synonym"}},
    ],
}
ENGLISH = system(CAT, language="en")


def display_of(display: str, **named: str | bool) -> dict[str, object]:
    asked = coding("cat", display=display)
    return of_set(ENGLISH, ALL, url=ALL["url"], coding=asked, **named)


@pytest.mark.parametrize("display", ["Cat", "cat", "Chat", "Matou"])
def test_any_name_is_right_where_no_language_is_asked_for(display: str) -> None:
    """Danger: a synonym, another case or a translation refused."""
    assert display_of(display)["result"] is True


def test_a_wrong_display_is_told_with_the_right_one() -> None:
    """Danger: a code accepted that another meaning was written beside."""
    answer = display_of("Dog")
    assert answer["result"] is False
    assert said(answer) == [("error", "invalid-display", "Coding.display")]
    assert answer["message"] == (
        f"Wrong Display Name 'Dog' for {BEASTS}#cat. Valid display is one of 2 choices:"
        " 'Cat' (en) or 'Chat' (fr) (for the language(s) '--')"
    )
    assert answer["display"] == "Cat"


def test_leniency_is_a_warning() -> None:
    """Danger: a code refused for its display though the request is content with a warning."""
    answer = display_of("Dog", lenient_display_validation=True)
    assert answer["result"] is True
    assert said(answer) == [("warning", "invalid-display", "Coding.display")]


def test_the_language_asked_for_decides() -> None:
    """Danger: an English display right for who reads French; French sentences not in French."""
    assert display_of("Chat", displayLanguage="fr-FR")["display"] == "Chat"
    answer = display_of("Cat", displayLanguage="fr")
    assert answer["result"] is False
    assert answer["message"] == (
        f"Le libellé « Cat » n'est pas celui de {BEASTS}#cat. Libellé valide : 'Chat' (fr)"
        " (pour la ou les langues « fr »)"
    )


def test_who_asks_for_a_language_stands_before_the_set() -> None:
    """Danger: a French reader is told that French is wrong, because a set is written in English."""
    english = {**ALL, "language": "en"}
    asked = coding("cat", display="Chat")
    assert of_set(ENGLISH, english, url=ALL["url"], coding=asked)["result"] is False
    answer = of_set(ENGLISH, english, url=ALL["url"], coding=asked, language="fr-FR,fr;q=0.9")
    assert (answer["result"], answer["display"]) == (True, "Chat")


def test_where_the_language_has_no_name_the_default_will_do() -> None:
    """Danger: every code refused in a language that its system does not speak."""
    answer = display_of("Cat", displayLanguage="it")
    assert answer["result"] is True
    assert said(answer) == [("information", "invalid-display", "Coding.display")]
    assert display_of("Dog", displayLanguage="it")["result"] is False


def test_spaces_are_told_apart_from_words() -> None:
    """Danger: a person looks for the wrong word where only a space is too many."""
    big = system({"code": "cat", "display": "Big cat"}, language="en")
    asked = coding("cat", display="Big  cat")
    (told,) = texts(of_set(big, ALL, url=ALL["url"], coding=asked))
    assert told.startswith("Wrong whitespace in Display Name")


def test_a_language_that_is_none_is_refused() -> None:
    """Danger: a request that says a language is answered in another."""
    with pytest.raises(Refused, match="invalid-display"):
        display_of("Cat", displayLanguage="-")


def test_braces_in_what_is_asked_are_only_text() -> None:
    """Danger: a display with `{}` breaks a sentence, or reads what it should not."""
    answer = display_of("{0} {display.__class__} {")
    assert "{display.__class__}" in texts(answer)[0]
