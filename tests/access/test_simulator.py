"""The simulator says what the decision does, of everybody."""

from datetime import UTC, datetime

from hygie.access.circle import Circle, Relation
from hygie.access.decision import Actor, Subject
from hygie.access.rights import shipped
from hygie.access.simulator import explain, extent

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
CARED = Circle({7: Relation("Location/u", "p", "unit", datetime(2026, 5, 30, tzinfo=UTC))})
ACTORS = (
    Actor(name="admin", role="administrator", circle=CARED),
    Actor(name="far", role="nurse"),
    Actor(name="near", role="nurse", circle=CARED),
    Actor(name="dim", role="medical-information"),
)


def test_everybody_is_told_with_a_reason_those_who_may_first() -> None:
    """Guards: somebody who may read a record, and is not on the list."""
    found = explain(ACTORS, "r", Subject("Observation", 7), shipped(), NOW)
    assert [(one.account, one.decision.permit, one.decision.rule) for one in found] == [
        ("near", True, "team.unit"),
        ("dim", True, "scope.establishment"),
        ("admin", False, "role.no-right"),
        ("far", False, "team.none"),
    ]
    assert "30/05/2026" in found[0].decision.text("fr")


def test_what_somebody_may_do_is_all_told() -> None:
    """Guards: a right of somebody that the simulator does not show."""
    near, far = (extent(ACTORS[index], 7, shipped(), NOW) for index in (2, 1))
    assert {("Observation", "u"), ("Patient", "r")} <= {(one.type, one.letter) for one in near}
    assert "Observation" not in {one.type for one in far}
    assert all(one.decision.permit for one in (*near, *far))
