"""Several who work in one transaction side by side: what they ask at one time is asked at once.

Each is written as if it were alone. It runs until it needs the database; once all wait, one
statement takes all their locks, one answers all questions of a form, and what they want written is
written together. So a transaction of many costs as many statements as one of one.

A lock of the database lets its own transaction pass. So what one of them guards is kept from the
others here, until its work has ended, as if each had a transaction of its own.

The first who fails ends it for all: then the transaction is to be undone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from hygie.refusal import Refused
from hygie.store.database import Record
from hygie.store.reading.forms import Form, Rows, Values, dealt, form_of
from hygie.store.transaction import Transaction
from hygie.store.writing.changes import Change, Written

Result = TypeVar("Result")
Outcome = Written | Refused
_PAUSE_EVERY: Final = 4
"""Of those who go on, before others on the event loop get their turn."""


async def side_by_side(
    tx: Transaction, works: Sequence[Callable[[Transaction], Awaitable[Result]]]
) -> list[Result]:
    """What each came to, in order. Each is given a transaction of its own to work with, which is
    `tx` but for what it asks and for its audit entries; nobody else may use `tx` meanwhile.

    Raises what the first of them raised, the others being stopped: then nothing may be committed.
    """
    return await Meeting(tx).hold(works)


class CrossedError(Exception):
    """Each waits for what another guards: they cannot share a transaction."""


class _Asked(NamedTuple):
    """A question, who asks it, and what waits for its answer: it is about one of the next three."""

    asker: "_Asking"
    answer: "asyncio.Future[Any]"
    locks: Sequence[int] = ()
    changes: Sequence[Change] = ()
    query: str = ""
    values: Values = ()
    alike: bool = False


class Meeting:
    """Where they wait. For one `hold`."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._asking = tx.asking
        self._working = self._gone_on = 0
        self._asked: list[_Asked] = []
        self._all_wait = asyncio.Event()
        self._failed: BaseException | None = None
        self._guarded: dict[int, _Asking] = {}

    async def hold(
        self, works: Sequence[Callable[[Transaction], Awaitable[Result]]]
    ) -> list[Result]:
        tasks: list[asyncio.Task[Result]] = []
        try:
            for rank, work in enumerate(works):
                await self._go_on()
                tasks.append(asyncio.create_task(self._one(_Asking(self, rank), work)))
            while await self._waiting():
                if not (taken := self._take()):
                    raise CrossedError
                await self._answer(taken)
            return [task.result() for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, asker: "_Asking", **question: Any) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(asker, answer, **question))
        self._rest()
        return await answer

    # --- who works, who waits ---------------------------------------------------------------

    async def _one(
        self, asking: "_Asking", work: Callable[[Transaction], Awaitable[Result]]
    ) -> Result:
        try:
            return await work(self._tx.beside(asking))
        except Exception as error:
            self._failed = self._failed or error
            self._all_wait.set()
            raise
        finally:
            for key in asking.guarded:
                del self._guarded[key]
            self._rest()

    async def _go_on(self) -> None:
        """One more works. From time to time they, and others on the event loop, get their turn."""
        self._working += 1
        self._gone_on += 1
        if self._gone_on % _PAUSE_EVERY == 0:
            await asyncio.sleep(0)

    def _rest(self) -> None:
        self._working -= 1
        if self._working == 0:
            self._all_wait.set()

    async def _waiting(self) -> bool:
        """Whether there are questions, once all wait or are done. Raises what one has raised."""
        while self._working and self._failed is None:
            self._all_wait.clear()
            await self._all_wait.wait()
        if self._failed is not None:
            raise self._failed
        return bool(self._asked)

    def _take(self) -> list[_Asked]:
        """What is asked, less what another guards. Changes wait until nobody asks for anything
        else, and are then made together; less those of what another changes, which come next."""
        asked = sorted(self._asked, key=_rank)
        taken = [one for one in asked if not one.changes and self._guards(one)]
        taken = taken or _of_different([one for one in asked if one.changes])
        gone = set(map(id, taken))
        self._asked = [one for one in asked if id(one) not in gone]
        return taken

    def _guards(self, asked: _Asked) -> bool:
        """Whether nobody else guards what is asked to be locked; then it is guarded."""
        if any(self._guarded.get(key, asked.asker) is not asked.asker for key in asked.locks):
            return False
        self._guarded |= dict.fromkeys(asked.locks, asked.asker)
        asked.asker.guarded.update(asked.locks)
        return True

    # --- answers ----------------------------------------------------------------------------

    async def _answer(self, asked: Sequence[_Asked]) -> None:
        await self._lock([one for one in asked if one.locks])
        for form, alike in self._by_form([one for one in asked if one.query]).items():
            await self._fetch(form, alike)
        if writing := [one for one in asked if one.changes]:
            await self._write(writing)

    async def _give(self, asked: _Asked, answer: Any) -> None:
        await self._go_on()
        asked.answer.set_result(answer)

    async def _lock(self, asked: Sequence[_Asked]) -> None:
        if asked:
            keys = sorted({key for one in asked for key in one.locks})
            await self._asking.lock(keys)
        for one in asked:
            await self._give(one, None)

    def _by_form(self, asked: Sequence[_Asked]) -> dict[Form | int, list[_Asked]]:
        groups: dict[Form | int, list[_Asked]] = {}
        for one in asked:
            form = form_of(one.query, one.values)
            groups.setdefault(form if one.alike and form.shareable else id(one), []).append(one)
        return groups

    async def _fetch(self, form: Form | int, asked: Sequence[_Asked]) -> None:
        if len(asked) == 1 or isinstance(form, int):
            for one in asked:
                await self._give(one, await self._asking.statements.fetch(one.query, *one.values))
            return
        columns = form.columns([one.values for one in asked])
        found = await self._asking.statements.fetch(form.shared(), *columns)
        for one, answer in zip(asked, dealt(found, len(asked)), strict=True):
            await self._give(one, answer)

    async def _write(self, asked: Sequence[_Asked]) -> None:
        outcomes = iter(await self._asking.write([c for one in asked for c in one.changes]))
        for one in asked:
            await self._give(one, [next(outcomes) for _ in one.changes])


def _rank(asked: _Asked) -> int:
    return asked.asker.rank


def _of_different(asked: Sequence[_Asked]) -> list[_Asked]:
    """Those whose changes are of nothing that an earlier one changes too."""
    taken: list[_Asked] = []
    changed: set[tuple[str, int]] = set()
    for one in asked:
        mine = {(change.type, change.key) for change in one.changes}
        if mine.isdisjoint(changed):
            taken.append(one)
        changed |= mine
    return taken


class _Asking:
    """`Asking` of one of them."""

    def __init__(self, meeting: Meeting, rank: int) -> None:
        self._meeting = meeting
        self.rank = rank
        """Who comes first is answered first."""
        self.guarded: set[int] = set()
        """What others wait for until this one's work has ended."""
        self.statements = _Statements(meeting, self)

    async def lock(self, keys: Sequence[int]) -> None:
        if keys:
            await self._meeting.ask(self, locks=keys)

    async def write(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        if not changes:
            return []
        for change in changes:
            if change.proposal is not None:
                _ = change.proposal.filed  # now, rather than while all wait
        outcomes: Sequence[Outcome] = await self._meeting.ask(self, changes=changes)
        return outcomes


class _Statements:
    """`Statements` of one of several."""

    def __init__(self, meeting: Meeting, asker: _Asking) -> None:
        self._ask = partial(meeting.ask, asker)

    async def fetch(self, query: str, /, *values: Any) -> list[Record]:
        found: list[Record] = await self._ask(query=query, values=values)
        return found

    async def fetchval(self, query: str, /, *values: Any) -> Any:
        found = await self.fetch(query, *values)
        return found[0][0] if found else None

    async def fetch_alike(self, query: str, values: Values) -> Rows:
        found: Rows = await self._ask(query=query, values=values, alike=True)
        return found
