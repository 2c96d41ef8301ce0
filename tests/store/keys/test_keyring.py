"""Guards against keys that leak, get lost, or serve two ends."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from hygie.refusal import Refused
from hygie.store.keys.keyring import Keyring, WrappedKey

ONE = Keyring(b"1" * 32, {1: b"a" * 32})
OTHER = Keyring(b"2" * 32, {1: b"b" * 32})
SIGNED = st.integers(-(2**63), 2**63 - 1)


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens(plain: bytes, purpose: str):
    """A sealed value that does not come back is lost."""
    assert ONE.open(ONE.seal(plain, purpose), purpose) == plain


@given(st.binary(max_size=50), st.integers(0, 10_000), st.integers(1, 255))
def test_altered_values_do_not_open(plain: bytes, place: int, change: int):
    """Any changed byte must be noticed."""
    sealed = bytearray(ONE.seal(plain, "x"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(InvalidTag):
        ONE.open(bytes(sealed), "x")


@pytest.mark.parametrize("sealed", [b"", b"x" * 12, b"x" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes):
    """Short or random input is refused alike."""
    with pytest.raises(InvalidTag):
        ONE.open(sealed, "x")


def test_values_open_only_where_they_belong():
    """A value moved to another purpose, patient or key must not open there."""
    with pytest.raises(InvalidTag):
        ONE.open(ONE.seal(b"x", "one"), "two")
    with pytest.raises(InvalidTag):
        OTHER.open(ONE.seal(b"x", "one"), "one")
    with pytest.raises(InvalidTag):
        ONE.unwrap(ONE.wrap(b"k" * 32, 5), 6)
    with pytest.raises(InvalidTag):
        ONE.open_cursor(ONE.seal(b"x", "a"), b"a")
    with pytest.raises(Refused, match=r"store\.keys-foreign"):
        OTHER.confirm(ONE.check_value())


@given(st.binary(min_size=32, max_size=32), SIGNED)
def test_data_keys_come_back(key: bytes, patient: int):
    """A wrapped key that does not unwrap is an erased patient."""
    assert ONE.unwrap(ONE.wrap(key, patient), patient) == key


def test_a_key_wrapped_before_a_rotation_still_opens():
    """Generations live side by side until the last key of the old one is wrapped anew."""
    keyring = Keyring(b"1" * 32, {1: b"a" * 32})
    old = keyring.wrap(b"k" * 32, 5)
    keyring.learn({2: b"c" * 32})
    new = keyring.wrap(b"k" * 32, 5)
    assert (old.generation, new.generation) == (1, 2)
    assert keyring.unwrap(old, 5) == keyring.unwrap(new, 5) == b"k" * 32
    with pytest.raises(InvalidTag):
        keyring.unwrap(WrappedKey(2, old.wrapped), 5)


@given(st.text(max_size=300), st.text(max_size=300))
def test_hashes_depend_on_key_purpose_and_text(one: str, other: str):
    """Equal hashes for different facts would be found in each other's place."""
    assert -(2**63) <= ONE.blind("p", one) < 2**63
    assert ONE.blind("p", one) == ONE.blind("p", one)
    assert ONE.blind("p", one) != OTHER.blind("p", one)
    assert ONE.blind("p", one) != ONE.blind("q", one)
    if one != other:
        assert ONE.blind("p", one) != ONE.blind("p", other)
        assert ONE.row_key("Patient", one) != ONE.row_key("Patient", other)


def test_references_are_the_first_half_of_row_keys():
    """Audit entries and links must meet the rows they speak of."""
    assert ONE.reference("Patient", "a") == ONE.row_key("Patient", "a").key
    assert ONE.row_key("Patient", "a") != ONE.row_key("Person", "a")
