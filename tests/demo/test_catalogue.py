"""The tables hold together: a story names only what exists."""

import pytest

from hygie.demo import catalogue
from hygie.demo.story import Story, value_at


@pytest.mark.parametrize("name", catalogue.stories())
def test_a_story_names_only_known_things(name: str) -> None:
    """Guards against a story that fails only when its patient is drawn."""
    story = catalogue.stories()[name]
    bacteriology = catalogue.bacteriology()
    assert {stage.unit for stage in story.stages} <= catalogue.units().keys()
    assert {wanted.drug for wanted in story.drugs} <= catalogue.drugs().keys()
    assert {wanted.panel for wanted in story.panels} <= catalogue.panels().keys()
    assert {c.code for c in story.conditions} <= catalogue.condition_labels().keys()
    assert story.curves.keys() <= catalogue.analytes().keys()
    assert {c.culture for c in story.cultures} <= bacteriology.examinations.keys()
    assert {c.germ for c in story.cultures if c.germ} <= bacteriology.germs.keys()
    assert {i.exam for i in story.imaging} <= bacteriology.imaging.keys()
    assert story.unit in catalogue.units() or story.stages or story.entry == "urgences"


@pytest.mark.parametrize("name", catalogue.stories())
def test_curves_go_forward(name: str) -> None:
    """Guards against points in the wrong order, which would be drawn as jumps."""
    story: Story = catalogue.stories()[name]
    for curve in (*story.curves.values(), *story.vitals.values()):
        days = [day for day, _ in curve]
        assert days == sorted(set(days))


def test_a_value_between_two_points() -> None:
    """Guards against steps where a curve should be a slope, and against going beyond its ends."""
    curve = ((0.0, 10.0), (2.0, 30.0))
    assert [value_at(curve, day) for day in (-1, 0, 1, 2, 9)] == [10, 10, 20, 30, 30]


def test_panels_long_standing_conditions_and_ranges() -> None:
    """Guards against an analyte without definition or a range upside down."""
    for panel in catalogue.panels().values():
        assert set(panel.analytes) <= catalogue.analytes().keys()
    for analyte in catalogue.analytes().values():
        for bounds in (analyte.men, analyte.women, analyte.children):
            assert 0 <= bounds.low < bounds.high
    for item in catalogue.chronic():
        assert item.baseline.keys() <= catalogue.analytes().keys()
        assert set(item.drugs) <= catalogue.drugs().keys()


def test_rpps_numbers_pass_their_check_digit() -> None:
    """Guards against practitioners that a directory would refuse."""
    for people in catalogue.doctors().values():
        for doctor in people:
            digits = [int(d) for d in reversed(doctor.rpps)]
            total = sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])
            assert len(doctor.rpps) == 11
            assert total % 10 == 0
