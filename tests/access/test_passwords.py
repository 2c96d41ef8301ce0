"""What a password must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from hygie.access.common import is_common
from hygie.access.passwords import check_password, is_strong, normalize_password
from hygie.limits import MAX_PASSWORD_CHARACTERS
from hygie.refusal import Refused


@pytest.mark.parametrize(
    "password",
    [
        "Agrafe-Cheval7",
        "Ag7!efghijkl",
        "Abcdefghijklm7",
        "correct cheval batterie agrafe lune pierre sel",
        "Éléphant-Gris-42",
        "Zx9_Zx9_Zx9_bcdefg",
        "agrafechevalbatterie",
        "AGRAFECHEVALBATTERIE",
        "4829163750284619375028461",
        "αγράφωτονουρανόκαιτηγη",
        "clinique agrafe cheval batterie",
    ],
)
def test_what_the_cnil_deems_strong_is_taken(password: str) -> None:
    """Guards: good passwords turned away, which people answer with worse ones."""
    check_password(password, "alice")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "trop facile"),
        ("Ag7!efghijk", "trop facile"),
        ("Abcdefghijkl7", "trop facile"),
        ("abcdefghijklmnopqrstuvwxyz7!", "trop facile"),
        ("ABCDEFGHIJKLMNOP7!", "trop facile"),
        ("Abcdefghijklmnopq!", "trop facile"),
        ("agrafe cheval", "trop facile"),
        ("48291637502846193750", "trop facile"),
        ("0123456789012345678901234567890", "trop facile"),
        ("a a a a a a a a a", "trop facile"),
        ("mot mot mot mot mot mot mot mot", "trop facile"),
        ("Aa1!Aa1!Aa1!Aa1!", "répète"),
        ("Bonjour-ALICE-2026", "nom du compte"),
        ("Bonjour-\uff21lice-2026", "nom du compte"),
        ("Agrafe-Cheval7\0", "visibles"),
        ("Agrafe\n-Cheval7", "visibles"),
        ("Ab1-" * 65, "visibles"),
    ],
)
def test_weak_ones_are_refused_with_the_reason(password: str, said: str) -> None:
    """Guards: guessable passwords, and refusals that do not say what is missing."""
    with pytest.raises(Refused) as refused:
        check_password(password, "alice")
    assert said in refused.value.refusal.issues[0].text("fr")
    assert not password or password not in refused.value.refusal.issues[0].text("fr")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_longer_is_never_weaker(password: str) -> None:
    """Guards: a rule that punishes those who add characters."""
    if is_strong(password):
        assert is_strong(password + " x9A")


@given(st.text(st.characters(codec="utf-8"), max_size=MAX_PASSWORD_CHARACTERS))
def test_a_password_has_one_form(password: str) -> None:
    """Guards: a password that depends on the keyboard it is typed on."""
    form = normalize_password(password)
    assert normalize_password(form) == form


def test_short_account_names_stand_in_ordinary_words() -> None:
    """Guards: nobody named "li" finding a password."""
    check_password("Lilas-Violette-42", "li")


@pytest.mark.parametrize(
    "password",
    ["Motdepasse2026!", "P@ssw0rd-2026!", "Azertyuiop-1234", "Qwertyuiop1234", "123-Infirmière-45"],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    """Guards: passwords that meet every rule, and stand first on every list."""
    with pytest.raises(Refused) as refused:
        check_password(password, "alice")
    assert "devine en premier" in refused.value.refusal.issues[0].text("fr")


def test_thousands_of_the_most_common_that_would_do_are_refused() -> None:
    """Guards: a list of common passwords of which none is long enough to matter (ASVS 6.2.4)."""
    ornaments = ("2026!", "1234!!", "12345678", "!2026!", "007*2026")
    common = list(FREQUENCY_LISTS["passwords"])[:3_000]
    would_do = {
        dressed for word in common for ornament in ornaments
        if is_strong(dressed := word.capitalize() + ornament)
    }  # fmt: skip
    assert len(would_do) > 3_000
    assert not [one for one in would_do if not is_common(one)]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Clinique-Lune7!", ()),
        ("H0pital-Lune-7!", ()),
        ("Saint-Martin-Lune7!", ("saint-martin",)),
        ("Étoile-Du-Sud-26!", ("Etoile du Sud", " étoile-du-sud ")),
    ],
)
def test_words_of_the_house_count_for_nothing(password: str, words: tuple[str, ...]) -> None:
    """Guards: the establishment's name with ornaments, which everybody there would try."""
    with pytest.raises(Refused) as refused:
        check_password(password, "alice", words)
    assert "connaissent ici" in refused.value.refusal.issues[0].text("fr")
    check_password(password + "Agrafe-Cheval", "alice", words)


@given(st.text(max_size=MAX_PASSWORD_CHARACTERS))
def test_looking_for_common_ones_breaks_on_nothing(password: str) -> None:
    """Guards: a password that nobody can set, because of a character in it."""
    is_common(password)
