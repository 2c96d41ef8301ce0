"""The rule of pauses, apart from the database that counts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hygie.access.attempts import WINDOW, _check
from hygie.refusal import Refused

START = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = 4


def minutes_to_wait(failures: list[datetime], now: datetime) -> int:
    """0 when admitted; `failures` are those within the window before `now`, oldest first."""
    try:
        _check([at for at in failures if at > now - WINDOW], LIMIT, now)
    except Refused as refused:
        return int(refused.refusal.issues[0].details["minutes"])
    return 0


@given(st.lists(st.floats(0, 400), max_size=60).map(sorted))
def test_no_window_holds_more_guesses_than_allowed(seconds: list[float]) -> None:
    """Guards: guesses timed around the pauses."""
    admitted: list[datetime] = []
    for now in (START + timedelta(seconds=10 * second) for second in seconds):
        if not minutes_to_wait(admitted, now):
            admitted.append(now)
        assert len([at for at in admitted if at > now - WINDOW]) <= LIMIT


@given(st.lists(st.floats(0, 890), min_size=1, max_size=20).map(sorted))
def test_whoever_waits_as_told_is_admitted(seconds: list[float]) -> None:
    """Guards: a pause that says five minutes and lasts ten."""
    failures = [START + timedelta(seconds=second) for second in seconds]
    now = failures[-1]
    wait = minutes_to_wait(failures, now)
    assert (wait > 0) == (len(failures) >= LIMIT)
    assert minutes_to_wait(failures, now + timedelta(minutes=wait)) == 0
