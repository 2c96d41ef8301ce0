"""The mapping of local codes, for the page where people decide and for what comes in."""

from collections.abc import Sequence

from hygie.fhir.codec import decode
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.mapping import phrases
from hygie.nomenclature.mapping.correspondences import Correspondences, read
from hygie.nomenclature.mapping.decisions import Decision, Decisions, all_decided
from hygie.nomenclature.mapping.history import History
from hygie.nomenclature.mapping.runs import Kind, Run, Runs, Wanted
from hygie.nomenclature.mapping.suggestions import Suggestion, suggest
from hygie.nomenclature.mapping.usage import CodeInUse, Usage, read_usage
from hygie.refusal import Category, refuse
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import Context


class Mappings:
    """For the tasks of one event loop."""

    def __init__(self, store: Store, repository: Repository) -> None:
        self._store = store
        self._maps = store.mirror("ConceptMap")
        self._read: tuple[int, list[Json], Correspondences] = (-1, [], Correspondences({}))
        self.decisions = Decisions(store, repository)
        self.runs = Runs(store.pool, store.keyring)
        self.history = History(store, repository, self.runs)

    async def correspondences(self) -> Correspondences:
        """What is to be added to what comes in: every decision committed before the call."""
        return (await self._current())[2]

    async def decided(self) -> list[Decision]:
        return all_decided((await self._current())[1])

    async def usage(self) -> Usage | None:
        """None before the first count."""
        return await read_usage(self._store.pool, self._store.keyring)

    async def suggestions(
        self, local: CodeInUse, target: CodeSystem, codes: Sequence[CodeInUse]
    ) -> list[Suggestion]:
        """Best first. `codes`: those in use."""
        in_use = {one.code: one.uses for one in codes if one.system == target.url}
        return suggest(local, target, in_use, await self.decided())

    async def count(self, context: Context) -> int:
        """Asks for the codes in use to be counted anew; the number of the run."""
        return await self.runs.ask(context, "count")

    async def rewrite(self, context: Context, kind: Kind, system: str, code: str) -> int:
        """Asks that history be given (`apply`), or rid of (`undo`), what a code is mapped to.

        The number of the run. To withdraw a decision does not undo it in history: undo first.
        Raises `Refused`.
        """
        targets = (await self.correspondences()).of(system, code)
        if not targets:
            raise refuse(
                Category.CONFLICT, "mapping.nothing", phrases.NOT_APPLICABLE, code="not-found"
            )
        wanted = Wanted(context.actor, context.kind, system, code, targets)
        return await self.runs.ask(context, kind, wanted)

    async def latest(self) -> list[Run]:
        return await self.runs.latest()

    async def _current(self) -> tuple[int, list[Json], Correspondences]:
        edition = await self._maps.look()
        if edition != self._read[0]:
            maps = [decode(one.body) for one in self._maps.resources]
            self._read = edition, maps, read(maps)
        return self._read
