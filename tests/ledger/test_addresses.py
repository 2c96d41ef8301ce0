"""Network addresses at the head of what an entry seals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.ledger.addresses import address_of, with_address
from hygie.limits.traces import MAX_AUDIT_ADDRESS_BYTES


@given(st.ip_addresses().map(str) | st.just(""), st.binary())
def test_an_address_comes_back_and_leaves_the_rest(address: str, rest: bytes) -> None:
    """Guards: an access shown as coming from another workstation."""
    assert address_of(with_address(address) + rest) == (address, rest)


@pytest.mark.parametrize("address", ["testclient", "fe80::1%eth0", "010.1.2.3", "::0001", "é" * 32])
def test_what_is_no_canonical_address_is_kept_as_it_was_said(address: str) -> None:
    """Guards: a trace without the place it came from."""
    assert address_of(with_address(address) + b"x") == (address, b"x")


@given(st.text(st.characters()))
def test_any_text_is_bounded_and_does_not_fail(address: str) -> None:
    """Guards: a commit shared with others that fails for what a proxy wrote."""
    kept, rest = address_of(with_address(address) + b"x")
    assert rest == b"x"
    assert kept.isprintable()
    assert len(kept.encode()) <= MAX_AUDIT_ADDRESS_BYTES
