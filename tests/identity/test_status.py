"""Guards against identities trusted further than they may be."""

from itertools import chain, combinations

import pytest

from hygie.identity.status import (
    Attribute,
    Reliability,
    Status,
    check,
    from_codes,
    may_ask_insi,
    reliability,
    to_code,
)
from hygie.refusal import has_errors

attributes = list(
    map(frozenset, chain.from_iterable(combinations(Attribute, size) for size in range(4)))
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("given", attributes)
def test_doubtful_and_fictitious_force_the_provisional_status(status, given):
    """An INS used for an identity that somebody marked as doubtful (EXI SI 09)."""
    value = reliability(status, given)
    forced = bool(given & {Attribute.DOUBTFUL, Attribute.FICTITIOUS})
    assert value.status is (Status.PROV if forced else status)
    assert may_ask_insi(value) is not forced


@pytest.mark.parametrize("given", attributes)
def test_fictitious_and_doubtful_exclude_each_other(given):
    """Attributes that RNIV forbids together, homonym being allowed with either."""
    assert has_errors(check(Status.PROV, given)) == (
        given >= {Attribute.DOUBTFUL, Attribute.FICTITIOUS}
    )


@pytest.mark.parametrize(
    ("codes", "with_ins", "status"),
    [
        (["VALI"], True, Status.QUAL),
        (["VALI"], False, Status.VALI),
        (["PROV"], True, Status.PROV),
        (["VALI", "DOUT"], True, Status.PROV),
        (["RECUP"], True, Status.RECUP),
        (["QUAL"], True, Status.QUAL),
        (["IDVER"], True, Status.PROV),
        (["VALI", "HOMA"], True, Status.QUAL),
        ([], True, Status.PROV),
    ],
)
def test_codes_of_the_outside_become_the_status_of_the_rniv(codes, with_ins, status):
    """VALI means two things in the published tables: qualified only when an INS comes with it."""
    assert from_codes(codes, with_ins=with_ins).status is status


def test_a_silent_sender_says_nothing():
    """A lab's message without PID-32 that would downgrade a qualified identity."""
    assert not from_codes([], with_ins=True).known


@pytest.mark.parametrize("status", Status)
def test_only_a_qualified_identity_leaves_as_vali(status):
    """The FR Core invariant: VALI implies an INS."""
    assert (to_code(Reliability(status)) == "VALI") == (status is Status.QUAL)
