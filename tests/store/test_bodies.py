"""Guards against bodies that come back changed, or in another's place."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdCompressionDict

from hygie.store.bodies import BodySealer, Claim

CIPHER = AESGCM(b"k" * 32)
DICTIONARY = ZstdCompressionDict(b'"resourceType":"Observation","status":"final"' * 20).as_bytes()
CLAIM = Claim("Patient", 5, 3, deleted=False)
SEALER = BodySealer({})


@given(st.binary(max_size=3000))
def test_a_body_comes_back(body: bytes):
    """With a dictionary or without, now or later: byte for byte."""
    trained = BodySealer({4: DICTIONARY})
    assert SEALER.open(CIPHER, SEALER.seal(CIPHER, body, CLAIM), CLAIM) == body
    assert trained.open(CIPHER, trained.seal(CIPHER, body, CLAIM), CLAIM) == body
    assert trained.open(CIPHER, SEALER.seal(CIPHER, body, CLAIM), CLAIM) == body


@given(st.binary(max_size=100), st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_noticed(body: bytes, place: int, change: int):
    """Header, nonce, body or tag: what was altered does not open."""
    sealed = bytearray(SEALER.seal(CIPHER, body, CLAIM))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(InvalidTag):
        SEALER.open(CIPHER, bytes(sealed), CLAIM)


@pytest.mark.parametrize(
    "other",
    [
        CLAIM._replace(type="Person"),
        CLAIM._replace(key=6),
        CLAIM._replace(version=2),
        CLAIM._replace(deleted=True),
    ],
)
def test_a_body_opens_only_as_itself(other: Claim):
    """Swapped or rolled back rows must not pass for what they are not."""
    with pytest.raises(InvalidTag):
        SEALER.open(CIPHER, SEALER.seal(CIPHER, b"{}", CLAIM), other)


def test_an_unknown_dictionary_is_refused():
    """A body whose dictionary is missing is told apart, not taken for damage elsewhere."""
    sealed = BodySealer({4: DICTIONARY}).seal(CIPHER, b"{}", CLAIM)
    assert sealed[1] == 4
    with pytest.raises(InvalidTag):
        SEALER.open(CIPHER, sealed, CLAIM)
