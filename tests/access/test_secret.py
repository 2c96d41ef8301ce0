"""Secrets handed out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.secret import digest, new_secret


def test_secrets_have_256_bits_and_differ() -> None:
    """Guards: tokens that can be guessed."""
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert {len(secret) for secret in made} == {len("hygie_") + 43}
    assert len({digest(secret) for secret in made}) == 200


@given(st.text(st.characters(), max_size=80))
def test_what_cannot_be_a_secret_is_not_looked_up(text: str) -> None:
    """Guards: megabytes hashed, or characters that cannot be, for strangers."""
    assert digest(text) is None


@pytest.mark.parametrize("text", ["hygie_" + "é" * 43, "hygie_" + "a" * 44, "Hygie_" + "a" * 43])
def test_nearly_a_secret_is_not_one(text: str) -> None:
    """Guards: other spellings of a secret."""
    assert digest(text) is None
