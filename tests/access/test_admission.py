"""One client that runs wild does not keep the others out."""

import pytest

from hygie.access.admission import Admission
from hygie.refusal import Refused


def test_a_client_asks_so_much_at_once() -> None:
    """Danger: a thousand requests of one client, and none left for a ward."""
    counting = Admission(2, 100)
    counting.enter(1)
    counting.enter(1)
    with pytest.raises(Refused, match=r"client\.too-many"):
        counting.enter(1)
    counting.enter(2)
    counting.leave(1)
    counting.enter(1)


def test_and_so_much_a_minute() -> None:
    """Danger: a loop without a pause; or a client shut out for good."""
    now = [100.0]
    counting = Admission(2, 3, lambda: now[0])
    for _ in range(3):
        counting.enter(1)
        counting.leave(1)
        now[0] += 10
    with pytest.raises(Refused) as caught:
        counting.enter(1)
    assert caught.value.refusal.issues[0].details["seconds"] == "31"
    now[0] += 31
    counting.enter(1)
