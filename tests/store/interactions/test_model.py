"""Guards the meaning of a transaction: it does what its entries do one after the other."""

from itertools import count
from typing import Any, Literal, NamedTuple

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.refusal import Refused
from hygie.store.interactions import Interaction, Repository
from hygie.store.store import Store
from hygie.trace import Context

SYSTEM = "urn:test:model"
STEP_ORDER = {"delete": 0, "create": 1, "update": 2, "patch": 2}
_worlds = count(1)

Verb = Literal["create", "update", "patch", "delete"]
State = dict[str, str]
"""Id -> number of the patient; ids made by the server are "new-…" in the model."""


class Step(NamedTuple):
    verb: Verb
    id: str
    """Empty for a conditional step and for creates."""
    asked: str
    """The number that the criteria name; empty when there are none."""
    number: str
    """The number that is written."""


NUMBERS = st.sampled_from(["A", "B"])
IDS = st.sampled_from(["p", "q"])
NONE = st.just("")
STEPS = st.one_of(
    st.builds(Step, st.just("create"), NONE, NONE | NUMBERS, NUMBERS),
    st.builds(Step, st.sampled_from(["update", "patch", "delete"]), IDS, NONE, NUMBERS),
    st.builds(Step, st.sampled_from(["update", "patch", "delete"]), NONE, NUMBERS, NUMBERS),
)


class RefusedByModel(Exception):  # noqa: N818 - an outcome
    pass


class Model:
    """One step after the other, with the rules of R4 §3.1.0.11.2, and nothing clever."""

    def __init__(self, state: State) -> None:
        self.state = dict(state)
        self._touched: set[str] = set()
        self._made = count()

    def perform(self, step: Step) -> None:
        target = step.id
        if step.asked:
            found = [id_ for id_, number in self.state.items() if number == step.asked]
            if len(found) > 1:
                raise RefusedByModel
            target = found[0] if found else ""
        if step.verb == "create" and target:
            return
        if step.verb == "delete":
            if target:
                self._touch(target)
                self.state.pop(target, None)
            return
        if step.verb == "patch" and target not in self.state:
            raise RefusedByModel
        target = target or f"new-{next(self._made)}"
        self._touch(target)
        self.state[target] = step.number

    def _touch(self, target: str) -> None:
        if target in self._touched:
            raise RefusedByModel
        self._touched.add(target)


def sequential(state: State, steps: list[Step]) -> State | None:
    model = Model(state)
    try:
        for step in sorted(steps, key=lambda s: STEP_ORDER[s.verb]):
            model.perform(step)
    except RefusedByModel:
        return None
    return model.state


def comparable(state: State, known: set[str]) -> tuple[State, list[str]]:
    named = {id_: number for id_, number in state.items() if id_ in known}
    return named, sorted(number for id_, number in state.items() if id_ not in known)


class World:
    """A corner of the store of this example's own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def id(self, letter: str) -> str:
        return f"{letter}-{self.name}"

    def resource(self, number: str, id_: str = "") -> dict[str, Any]:
        value = f"{number}-{self.name}"
        made: dict[str, Any] = {"resourceType": "Patient"}
        if id_:
            made["id"] = self.id(id_)
        return made | {"identifier": [{"system": SYSTEM, "value": value}]}

    def interaction(self, step: Step) -> Interaction:
        writes = step.verb in ("create", "update")
        patch = [{"op": "replace", "path": "/identifier/0/value",
                  "value": f"{step.number}-{self.name}"}]  # fmt: skip
        return Interaction(
            verb=step.verb,
            type="Patient",
            id=self.id(step.id) if step.id else "",
            query=f"identifier={SYSTEM}|{step.asked}-{self.name}" if step.asked else "",
            resource=self.resource(step.number, step.id) if writes else None,
            patch=patch if step.verb == "patch" else None,
        )

    async def state(self, store: Store) -> State:
        found: State = {}
        async with store.transaction(Context(actor="model", kind="system")) as tx:
            for number in "AB":
                pair = ("identifier", f"{SYSTEM}|{number}-{self.name}")
                parsed = parse_query(store.registry, "Patient", [pair], zone=store.zone)
                for stored in (await tx.search(parsed.query)).matches:
                    assert decode(stored.body)["id"] == stored.id
                    found[stored.id.removesuffix(f"-{self.name}")] = number
        return found


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=st.dictionaries(IDS, NUMBERS, max_size=3),
    steps=st.lists(STEPS, min_size=1, max_size=6),
)
@example(start={"p": "A"}, steps=[Step("update", "p", "", "B"), Step("update", "", "A", "A")])
@example(start={"p": "A"}, steps=[Step("patch", "p", "", "B"), Step("update", "", "A", "A")])
@example(start={"p": "A"}, steps=[Step("delete", "p", "", ""), Step("create", "", "A", "A")])
@example(start={}, steps=[Step("create", "", "A", "A"), Step("create", "", "A", "A")])
async def test_a_transaction_is_its_entries_in_order(
    store: Store, repository: Repository, context: Context, start: State, steps: list[Step]
) -> None:
    """Danger: bulk writing and criteria looked up early give another record than was asked for."""
    world = World(str(next(_worlds)))
    for id_, number in start.items():
        await repository.update(context, "Patient", world.id(id_), world.resource(number, id_))
    expected = sequential(start, steps)
    event("refused" if expected is None else "done")
    interactions = [world.interaction(step) for step in steps]
    try:
        await store.run(context, lambda tx: repository.apply(tx, interactions))
        refused = False
    except Refused:
        refused = True
    assert refused == (expected is None)
    after = await world.state(store)
    known = {"p", "q"}
    assert comparable(after, known) == comparable(start if expected is None else expected, known)
