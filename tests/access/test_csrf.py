"""Proofs against forged forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access import check_csrf, csrf
from hygie.access.secret import new_secret

SECRET = new_secret()


def test_a_proof_is_good_for_its_session_only() -> None:
    """Guards: a proof obtained in one's own session, used against another's."""
    proof = csrf(SECRET)
    assert check_csrf(SECRET, proof)
    assert not check_csrf(new_secret(), proof)


def test_no_two_proofs_are_alike() -> None:
    """Guards: a proof guessed from the sizes of compressed pages."""
    assert len({csrf(SECRET)[:20] for _ in range(50)}) == 50


@given(st.integers(0, 63), st.characters(codec="ascii"))
def test_an_altered_proof_is_refused(place: int, character: str) -> None:
    """Guards: a proof of which only a part is compared."""
    proof = csrf(SECRET)
    altered = proof[:place] + character + proof[place + 1 :]
    assert check_csrf(SECRET, altered) == (altered == proof)


@given(st.text(st.characters(), max_size=100))
def test_anything_else_is_refused(given_text: str) -> None:
    """Guards: a form field that brings an error instead of a refusal."""
    assert not check_csrf(SECRET, given_text)


@pytest.mark.parametrize(("before", "after"), [("", "="), ("", " "), ("\n", "")])
def test_a_proof_has_one_spelling(before: str, after: str) -> None:
    """Guards: decoders that forgive."""
    assert not check_csrf(SECRET, before + csrf(SECRET) + after)


def test_without_a_session_nothing_is_proved() -> None:
    """Guards: forms accepted from whoever has no session."""
    assert not check_csrf("", csrf(""))
