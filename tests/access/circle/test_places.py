"""Which beds are of which units."""

from hygie.access.circle.places import Layout, Place


def place(name: str, *above: str, identifiers: tuple[str, ...] = ()) -> Place:
    return Place(name, frozenset(above), frozenset(identifiers))


def test_a_unit_is_all_that_is_part_of_it() -> None:
    """Guards: a bed that no ward sees; one that two see; a circle of places without an end."""
    layout = Layout([
        place("Organization/pole"), place("Organization/uf", "Organization/pole"),
        place("Location/lit", "Organization/uf", identifiers=("uf|3",)),
        place("Location/a", "Location/b"), place("Location/b", "Location/a"),
    ])  # fmt: skip
    assert layout.below(["Organization/pole"]) == {
        "Organization/pole", "Organization/uf", "Location/lit"
    }  # fmt: skip
    assert layout.below(("uf|3",)) == {"uf|3", "Location/lit"}
    assert layout.below(["Location/a"]) == {"Location/a", "Location/b"}
    assert layout.below(["Location/none"]) == {"Location/none"}
    assert layout.below([]) == frozenset()
    assert layout.named(["uf|3"]) == {"uf|3", "Location/lit"}
