"""Several versions of definitions side by side."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.packages import Definition, Library, Manifest, missing_dependencies
from hygie.fhir.packages.shelf import Shelf, pack
from hygie.fhir.packages.versions import age, matches

URL = "https://example.org/StructureDefinition/stay"


def definition(version: str, package: str = "", url: str = URL) -> Definition:
    resource = {"resourceType": "StructureDefinition", "url": url, "version": version}
    return Definition({name: value for name, value in resource.items() if value}, package)


def found(library: Library, canonical: str = URL, near: str = "") -> tuple[str, str] | None:
    one = library.find("StructureDefinition", canonical, near)
    return (one.version, one.package) if one else None


def shelf(name: str, version: str, holds: str, **dependencies: str) -> Shelf:
    wanted = {one.replace("_", "."): of for one, of in dependencies.items()}
    manifest = Manifest(name, version, ("4.0.1",), wanted)
    return Shelf(pack(manifest, [definition(holds).resource] if holds else []))


def test_definitions_are_read_by_several_threads_at_once() -> None:
    """Danger: two who validate at the same time are told that there is a breakdown, or one is given
    what the other asked for."""
    urls = [f"{URL}-{n}" for n in range(300)]
    several = [definition("1.0.0", url=url).resource | {"description": url * 400} for url in urls]
    manifest = Manifest("guide", "1.0.0", ("4.0.1",), {})
    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            library = Library(shelves=[Shelf(pack(manifest, several))])
            read = partial(library.find, "StructureDefinition")
            read_at_once = list(threads.map(read, urls * 2, chunksize=1))
            assert [one and one.resource["url"] for one in read_at_once] == urls * 2


def test_the_newest_is_taken_whatever_the_order_of_arrival() -> None:
    """Danger: 1.9.0 preferred to 1.10.0, a draft to its release, the last read to the newest."""
    versions = ["1.10.0", "1.9.0", "", "1.10.0-ballot", "1.2"]
    assert found(Library(map(definition, versions))) == ("1.10.0", "")
    assert found(Library(map(definition, reversed(versions)))) == ("1.10.0", "")


def test_a_version_is_the_one_that_is_found() -> None:
    """Danger: a profile checked by another version than the one it names."""
    library = Library(map(definition, ["1.0.0", "1.2.0", "1.2.3", "2.0.0"]))
    assert found(library, f"{URL}|1.2.0") == ("1.2.0", "")
    assert found(library, f"{URL}|1.2.x") == ("1.2.3", "")
    assert found(library, f"{URL}|1.2") == ("1.2.3", "")
    assert found(library, f"{URL}|1.3.0") is None
    assert found(library, f"{URL}|2.0.0#part") == ("2.0.0", "")
    assert library.versions("StructureDefinition", URL) == ("1.0.0", "1.2.0", "1.2.3", "2.0.0")


def test_a_package_finds_its_own_then_what_it_depends_on_then_the_newest() -> None:
    """Danger: a guide checked by the definitions of another release of what it was written for."""
    library = Library(shelves=[
        shelf("guide", "1.0.0", "", parent="2.0.x"),
        shelf("parent", "2.0.1", "", core="1.0.0"),
        shelf("parent", "3.0.0", "3.0.0"),
        shelf("core", "1.0.0", "1.0.0"),
        shelf("core", "2.0.0", "2.0.0", core="2.0.0", guide="1.0.0"),
    ])  # fmt: skip
    assert found(library) == ("3.0.0", "parent#3.0.0")
    assert found(library, near="core#2.0.0") == ("2.0.0", "core#2.0.0")
    assert found(library, near="guide#1.0.0") == ("1.0.0", "core#1.0.0")
    assert found(library, near="unknown#1") == ("3.0.0", "parent#3.0.0")


def test_packages_that_depend_on_each_other_are_walked_once() -> None:
    """Danger: a cycle of dependencies without end."""
    library = Library(shelves=[shelf("a", "1.0.0", "", b="1.0.0"), shelf("b", "1.0.0", "1", a="x")])
    assert found(library, near="a#1.0.0") == ("1", "b#1.0.0")
    assert missing_dependencies(library) == {}


def test_dependencies_that_are_not_here_are_named() -> None:
    """Danger: a guide taken for whole without what it stands on."""
    library = Library(shelves=[shelf("a", "1", "", b="2.0.0", c="1.x"), shelf("c", "1.4.0", "")])
    assert missing_dependencies(library) == {"a#1": ("b#2.0.0",)}


def test_what_is_given_again_replaces_and_a_copy_is_apart() -> None:
    """Danger: a corrected definition that is not used; two validations that share what they add."""
    library = Library([definition("1")])
    copy = library.copy()
    copy.add(Definition({**definition("1").resource, "name": "Corrected"}))
    copy.put(shelf("a", "1", "2"))
    first, second = (one.find("StructureDefinition", f"{URL}|1") for one in (library, copy))
    assert first is not None
    assert second is not None
    assert ("name" in first.resource, "name" in second.resource) == (False, True)
    assert (found(library), found(copy)) == (("1", ""), ("2", "a#1"))
    assert library.urls("StructureDefinition") == (URL,)
    assert [d.version for d in copy.all("StructureDefinition")] == ["1", "2"]


def test_what_is_not_there_is_not_remembered() -> None:
    """Danger: memory that grows with every name that comes from outside."""
    library = Library([definition("1")])
    for number in range(100):
        assert library.find("StructureDefinition", f"{URL}/{number}") is None
    assert len(library._places) == 0


ORDERED = [
    "", "ballot", "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2",
    "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2", "1.10.0", "2.0.0-snapshot-2", "2.0.0",
    "2022-10-05", "2022-10-17", "20220101",
]  # fmt: skip


@pytest.mark.parametrize("position", range(len(ORDERED) - 1))
def test_versions_are_in_order(position: int) -> None:
    """Danger: the order of letters taken for that of versions (Semantic Versioning §11)."""
    assert age(ORDERED[position]) < age(ORDERED[position + 1])


@given(st.lists(st.text(max_size=80)))
def test_any_texts_can_be_put_in_order(versions: list[str]) -> None:
    """Danger: a version of any form that stops the reading of a package."""
    assert len(sorted(versions, key=age)) == len(versions)
    assert all(matches(version, version) for version in versions)


@pytest.mark.parametrize(
    ("wanted", "version", "fits"),
    [
        ("4.0.x", "4.0.1", True), ("4.0.x", "4.1.0", False), ("4.x", "4.9.9", True),
        ("4.0", "4.0.1", True), ("4", "4.0.1", True), ("4.0.1", "4.0.1-rc", False),
        ("latest", "0.1", True), ("1.0.0-ballot", "1.0.0", False), ("1.2.3.x", "1.2.3.4", False),
        ("4.0.x", "4.0", False),
    ],
)  # fmt: skip
def test_wildcards(wanted: str, version: str, *, fits: bool) -> None:
    """Danger: a dependency met by a version that it does not ask for."""
    assert matches(wanted, version) is fits
