"""Which departure may go next: the rules of order, against an obvious model."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hygie.exchange.routes.departures import Ahead
from hygie.exchange.routes.order import Order

NOW = datetime(2026, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)


def ahead(number: int, lane: int) -> Ahead:
    return Ahead(number, lane, None, 0)


def test_patients_go_at_once_and_each_in_order():
    """Danger: a discharge arrives before the admission, or one patient holds up all."""
    order = Order()
    order.add([ahead(1, 7), ahead(2, 7), ahead(3, 8)])
    first, other = order.take(NOW), order.take(NOW)
    assert (first.id, other.id, order.take(NOW)) == (1, 3, None)
    order.settled(first)
    assert order.take(NOW).id == 2


def test_what_is_held_holds_its_patient_only_and_until_its_time():
    """Danger: what follows a message that is tried again overtakes it."""
    order = Order()
    order.add([ahead(1, 7), ahead(2, 7), ahead(3, 8)])
    order.settled(order.take(NOW), LATER)
    assert order.next_at == LATER
    assert order.take(NOW).id == 3
    assert order.take(NOW) is None
    assert [order.take(LATER).id, order.take(LATER)] == [1, None]


def test_a_merge_waits_for_all_before_it_and_holds_all_after_it():
    """Danger: a merge comes before the creation of the one it merges, or after what says so."""
    order = Order()
    order.add([ahead(1, 7), ahead(2, 0), ahead(3, 8)])
    first = order.take(NOW)
    assert order.take(NOW) is None
    order.settled(first)
    merge = order.take(NOW)
    assert (merge.id, order.take(NOW)) == (2, None)
    order.settled(merge, LATER)
    assert order.take(NOW) is None
    again = order.take(LATER)
    order.settled(again)
    assert order.take(LATER).id == 3


def test_one_that_is_seen_late_still_goes_first_of_its_patient():
    """Danger: two transactions commit in the other order than their numbers."""
    order = Order()
    order.add([ahead(5, 7)])
    order.add([ahead(4, 7)])
    assert order.take(NOW).id == 4


@given(
    lanes=st.lists(st.integers(0, 3), max_size=25),
    choices=st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.booleans()), max_size=150),
)
def test_every_one_goes_once_in_the_order_of_its_lane(lanes, choices):
    """Danger: some succession of answers loses one, sends it twice at once, or out of order."""
    order, under_way, sent = Order(), [], []
    order.add([ahead(number, lane) for number, lane in enumerate(lanes, start=1)])
    now = NOW
    for takes, which, fails in [*choices, *[(True, 0, False), (False, 0, False)] * 30]:
        if takes:
            found = order.take(now)
            if found is not None:
                assert all(found.lane != other.lane for other in under_way)
                earlier = [n for n in range(1, found.id) if n not in sent]
                assert not any(lanes[n - 1] in (found.lane, 0) for n in earlier)
                assert found.lane or not earlier
                under_way.append(found)
        elif under_way:
            done = under_way.pop(which % len(under_way))
            now += timedelta(seconds=1)
            order.settled(done, now + timedelta(seconds=which) if fails else None)
            if not fails:
                sent.append(done.id)
        now += timedelta(seconds=1)
    while (found := order.take(now + timedelta(hours=1))) is not None or under_way:
        done = found or under_way.pop()
        order.settled(done)
        sent.append(done.id)
    assert sorted(sent) == list(range(1, len(lanes) + 1))
    assert len(order) == 0
