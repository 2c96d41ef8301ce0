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


def test_what_somebody_may_and_may_not_do_is_all_told() -> None:
    """Guards: a right of somebody that the simulator does not show; a refusal without a reason."""
    types = ("Patient", "Observation")
    near, far = (extent(ACTORS[index], 7, types, shipped(), NOW) for index in (2, 1))
    told = {
        (one.type, letter): decision.rule
        for one in near for letter, decision in one.decisions.items()
    }  # fmt: skip
    assert told == {
        ("Patient", "r"): "scope.establishment", ("Patient", "s"): "scope.establishment",
        ("Patient", "c"): "role.no-right", ("Patient", "u"): "role.no-right",
        ("Patient", "d"): "role.no-right",
        ("Observation", "r"): "team.unit", ("Observation", "s"): "team.unit",
        ("Observation", "c"): "team.unit", ("Observation", "u"): "team.unit",
        ("Observation", "d"): "role.no-right",
    }  # fmt: skip
    assert {one.rule for one in far[1].decisions.values()} == {"team.none", "role.no-right"}


def test_a_decision_names_the_right_it_comes_from() -> None:
    """Guards: a reason that nobody finds in the rights file."""
    near, dim, admin, _ = explain(
        (ACTORS[2], ACTORS[3], ACTORS[0], ACTORS[1]), "r", Subject("Observation", 7), shipped(), NOW
    )
    assert near.decision.right in shipped().roles["nurse"].rights["clinical"]
    assert near.decision.relation == CARED.patients[7]
    assert dim.decision.right in shipped().roles["medical-information"].rights["clinical"]
    assert (dim.decision.relation, admin.decision.right) == (None, None)
