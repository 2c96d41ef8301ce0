"""The policy of the establishment, kept as one file of the data directory.

People read it, version it and edit it; the commands add silences to it. Every process sees a change
within `LOOK_SECONDS`, without a restart.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec

from hygie.fhir.policy import Policy, Silence
from hygie.files import one_at_a_time, write_whole
from hygie.insight.quality import phrases
from hygie.limits import MAX_MOTIVE_CHARACTERS, MAX_POLICY_BYTES, MAX_SILENCE_DAYS
from hygie.refusal import Category, Phrase, Refused, refuse

NAME: Final = "policy.json"
LOOK_SECONDS: Final = 1.0
"""At most this often is it asked whether the file changed: many resources come in one second."""
_logger = logging.getLogger(__name__)
_Seen = tuple[int, int, int]
"""What tells one state of the file from another: inode, time and size."""


class PolicyFile:
    """The policy of a data directory; none, and the file is not there, until something is said."""

    def __init__(self, data: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = data / NAME
        self._clock = clock
        self._next_look = clock()
        self._seen: _Seen | None = None
        self._policy = Policy()

    def load(self) -> Policy:
        """As the file says now. Raises `Refused` when it cannot be understood whole."""
        try:
            with self._path.open("rb") as file:
                raw = file.read(MAX_POLICY_BYTES + 1)
        except FileNotFoundError:
            return Policy()
        if len(raw) > MAX_POLICY_BYTES:
            raise _refused("policy.size", phrases.POLICY_SIZE, limit=str(MAX_POLICY_BYTES))
        try:
            return msgspec.json.decode(raw, type=Policy)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _refused("policy.form", phrases.POLICY_FORM, reason=str(error)) from None

    def current(self) -> Policy:
        """For those who ask at each resource: read again when the file changed. One that cannot be
        understood changes nothing, and is told in the log."""
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self._look()
        return self._policy

    def _look(self) -> None:
        seen = _seen(self._path)
        if seen != self._seen:
            self._seen = seen
            try:
                self._policy = self.load()
            except (Refused, OSError) as error:
                _logger.warning("policy not taken over: %s", type(error).__name__)

    def begin(self, policy: Policy) -> None:
        """The first policy, where there is none yet."""
        with self._changing() as known:
            if known == Policy():
                self._write(policy)

    # --- changes -----------------------------------------------------------------------------
    def silence(self, new: Silence) -> Silence:
        """Adds it under the next number. Raises `Refused`."""
        _check(new)
        with self._changing() as policy:
            number = max((silence.id for silence in policy.silences), default=0) + 1
            added = msgspec.structs.replace(new, id=number)
            self._write(_with(policy, (*policy.silences, added)))
        return added

    def lift(self, number: int, author: str, now: datetime) -> Silence:
        """Ends a silence, which stays on record. Raises `Refused` when there is none to end."""
        with self._changing() as policy:
            found = [s for s in policy.silences if s.id == number and s.lifted_at is None]
            if not found:
                raise refuse(
                    Category.NOT_FOUND, "policy.no-silence", phrases.NO_SILENCE, code="not-found",
                    number=str(number),
                )  # fmt: skip
            lifted = msgspec.structs.replace(found[0], lifted_at=now, lifted_by=author)
            self._write(
                _with(policy, tuple(lifted if s.id == number else s for s in policy.silences))
            )
        return lifted

    @contextmanager
    def _changing(self) -> Iterator[Policy]:
        """One who changes at a time; others wait."""
        with one_at_a_time(self._path.with_suffix(".lock")):
            yield self.load()

    def _write(self, policy: Policy) -> None:
        raw = msgspec.json.format(msgspec.json.encode(policy), indent=1)
        write_whole(self._path, raw + b"\n")


def _with(policy: Policy, silences: tuple[Silence, ...]) -> Policy:
    return msgspec.structs.replace(policy, silences=silences)


def _check(new: Silence) -> None:
    if not new.motive.strip() or len(new.motive) > MAX_MOTIVE_CHARACTERS:
        raise _refused("policy.motive", phrases.MOTIVE, limit=str(MAX_MOTIVE_CHARACTERS))
    first: date = new.since.date()
    if not 0 <= (new.until - first).days <= MAX_SILENCE_DAYS:
        raise _refused("policy.until", phrases.UNTIL, limit=str(MAX_SILENCE_DAYS))


def _seen(path: Path) -> _Seen | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid", **details)
