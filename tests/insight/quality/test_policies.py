"""Guards the file of the policy: edited by people, by commands, and read by running servers."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from hygie.fhir.policy import Clause, Policy, Silence
from hygie.insight.quality.policies import LOOK_SECONDS, NAME, PolicyFile
from hygie.limits import MAX_MOTIVE_CHARACTERS, MAX_POLICY_BYTES, MAX_SILENCE_DAYS
from hygie.refusal import Refused

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def new(motive: str = "livré en mars", days: int = 30) -> Silence:
    return Silence(
        id=0, source="LABO", rule="fr.ins-key", motive=motive, author="a", since=NOW,
        until=NOW.date() + timedelta(days=days),
    )  # fmt: skip


def test_what_is_added_is_read_back_and_what_is_lifted_stays(tmp_path: Path) -> None:
    """Guards: a silence that is lost, or a history that is."""
    file = PolicyFile(tmp_path / "data")
    assert file.load() == Policy()
    assert [file.silence(new()).id, file.silence(new()).id] == [1, 2]
    file.lift(1, "b", NOW)
    one, two = PolicyFile(tmp_path / "data").load().silences
    assert (one.lifted_by, one.lifted_at, two.lifted_at) == ("b", NOW, None)
    assert not one.holds(date(2026, 6, 1))
    assert two.holds(two.until)
    assert (tmp_path / "data" / NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "silence",
    [
        new(" "),
        new("x" * (MAX_MOTIVE_CHARACTERS + 1)),
        new(days=-1),
        new(days=MAX_SILENCE_DAYS + 1),
    ],
)
def test_a_silence_has_a_motive_and_an_end(tmp_path: Path, silence: Silence) -> None:
    """Guards: faults that nobody remembers having hidden, for ever."""
    with pytest.raises(Refused):
        PolicyFile(tmp_path).silence(silence)
    assert not (tmp_path / NAME).exists()


def test_there_is_nothing_to_lift_twice(tmp_path: Path) -> None:
    """Guards: the author of the lifting rewritten."""
    file = PolicyFile(tmp_path)
    file.silence(new())
    file.lift(1, "a", NOW)
    for number in (1, 2):
        with pytest.raises(Refused):
            file.lift(number, "b", NOW)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{", b"\xff", b'{"format":"other"}', b'{"clause":[]}', b"[" * 99_999,
        b'{"clauses":[{"severity":"error","effect":"ignore"}]}',
        b'{"clauses":[{"severity":"error","effect":"accept","sourse":"LABO"}]}',
        b" " * (MAX_POLICY_BYTES + 1),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_refused_whole(tmp_path: Path, raw: bytes) -> None:
    """Guards: a clause that is misspelt and changes nothing, in silence; a crash; a change that
    throws the file away."""
    (tmp_path / NAME).write_bytes(raw)
    with pytest.raises(Refused):
        PolicyFile(tmp_path).load()
    with pytest.raises(Refused):
        PolicyFile(tmp_path).silence(new())
    assert (tmp_path / NAME).read_bytes() == raw


def test_a_running_server_sees_changes_and_survives_bad_ones(tmp_path: Path) -> None:
    """Guards: a restart for each silence, and a policy lost by a slip of the keyboard."""
    served = PolicyFile(tmp_path, clock=partial(next, count(step=LOOK_SECONDS)))
    assert served.current() == Policy()
    PolicyFile(tmp_path).silence(new())
    assert len(served.current().silences) == 1
    (tmp_path / NAME).write_bytes(b"{")
    assert len(served.current().silences) == 1
    (tmp_path / NAME).write_bytes(b'{"clauses":[{"severity":"warning","effect":"refuse"}]}')
    assert served.current().clauses == (Clause(severity="warning", effect="refuse"),)
    (tmp_path / NAME).unlink()
    assert served.current() == Policy()


def test_the_file_is_looked_at_once_a_second(tmp_path: Path) -> None:
    """Guards: a system call for each resource written; and a change never seen again after it."""
    now = 0.0
    served = PolicyFile(tmp_path, clock=lambda: now)
    assert served.current() == Policy()
    PolicyFile(tmp_path).silence(new())
    now = LOOK_SECONDS * 0.9
    assert served.current() == Policy()
    now = LOOK_SECONDS
    assert len(served.current().silences) == 1
