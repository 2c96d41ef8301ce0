"""Guards the time given to what comes from outside."""

import signal
import time

import pytest

from hygie.deadline import deadline
from hygie.refusal import Refused


def endless() -> None:
    with deadline(0.05):
        while True:
            pass


def test_work_that_does_not_end_is_stopped() -> None:
    """Guards: an expression that keeps a program for ever."""
    start = time.monotonic()
    with pytest.raises(Refused) as refused:
        endless()
    assert time.monotonic() - start < 5
    assert "0.05" in refused.value.refusal.issues[0].text("fr")


def test_work_that_ends_leaves_no_alarm_behind() -> None:
    """Guards: an alarm of one line of a batch that stops the next."""
    before = signal.getsignal(signal.SIGALRM)
    for _ in range(3):
        with deadline(0.03):
            pass
    with pytest.raises(KeyError), deadline(0.03):
        raise KeyError
    time.sleep(0.05)
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
