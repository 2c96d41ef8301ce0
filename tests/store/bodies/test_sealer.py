"""Guards against bodies that come back changed, or in another's place."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdCompressionDict

from hygie.store.bodies.sealer import BodySealer, Claim, UnknownDictionary, dictionary_of

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
    assert dictionary_of(sealed) == 4
    with pytest.raises(UnknownDictionary):
        SEALER.open(CIPHER, sealed, CLAIM)


@pytest.mark.parametrize("number", [1, 255, 256, 16_383])
def test_a_dictionary_learnt_later_serves_both_ways(number: int):
    """A number cut short in the header would be another dictionary's."""
    late = BodySealer({})
    sealed = BodySealer({number: DICTIONARY}).seal(CIPHER, b"{}", CLAIM)
    late.learn(number, DICTIONARY)
    assert late.open(CIPHER, sealed, CLAIM) == b"{}"
    assert dictionary_of(late.seal(CIPHER, b"{}", CLAIM)) == number


def test_the_newest_dictionary_seals_however_they_are_learnt():
    """A process that learns an older one late must not go back to it."""
    sealer = BodySealer({7: DICTIONARY})
    sealer.learn(5, DICTIONARY)
    assert dictionary_of(sealer.seal(CIPHER, b"{}", CLAIM)) == 7


@given(st.binary(max_size=40))
def test_what_is_no_body_has_no_dictionary(noise: bytes):
    """A damaged header must not be taken for a dictionary to be looked for, or raise."""
    assert 0 <= dictionary_of(noise) <= 16_383
