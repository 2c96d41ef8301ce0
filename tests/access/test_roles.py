"""What each role may do."""

from itertools import combinations
from typing import get_args

import pytest

from hygie.access import Capability, capabilities, permits
from hygie.access.roles import ROLES

HEALTH_DATA = {"search_patients", "read_record", "read_quarantine"}


def test_three_jobs_share_no_right() -> None:
    """Guards: rights that accumulate in a role "to be practical"."""
    for one, other in combinations(ROLES, 2):
        assert not capabilities(one) & capabilities(other)


def test_administrators_see_no_health_data() -> None:
    """Guards: whoever gives access also reading records."""
    assert not capabilities("administrator") & HEALTH_DATA


def test_technicians_open_no_record() -> None:
    """Guards: flows as a way into any record."""
    assert not permits("technician", "read_record")
    assert permits("technician", "read_quarantine")


def test_every_capability_is_somebodys() -> None:
    """Guards: a page that nobody can open, or a name misspelt."""
    granted = frozenset().union(*(capabilities(role) for role in ROLES))
    assert granted == set(get_args(Capability))


@pytest.mark.parametrize("role", ["", "root", "Physician", "physician "])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    """Guards: a role misread as one with rights."""
    assert capabilities(role) == frozenset()
