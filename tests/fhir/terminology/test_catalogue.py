"""Where definitions are found, and which of several."""

from tests.fhir.terminology.making import BEASTS, codes, system, value_set

from hygie.fhir.packages import Definition, Library
from hygie.fhir.terminology.catalogue import Catalogue


def test_the_newest_version_is_meant_unless_one_is_asked_for() -> None:
    """An old nomenclature that answers in place of the one in force."""
    known = Catalogue.of([system("a", version=v) for v in ("1.2.0", "1.10.0", "1.9.0")])
    assert _version(known, "") == "1.10.0"
    assert _version(known, "1.9.0") == "1.9.0"
    assert _version(known, "1.x") == "1.10.0"
    assert known.system(BEASTS, "2.0.0") is None
    assert known.versions("CodeSystem", BEASTS) == ("1.2.0", "1.9.0", "1.10.0")


def test_what_a_request_brings_comes_before_what_is_known() -> None:
    """A value set that is being written, answered for by the one it is to replace."""
    library = Library([Definition(system("old", version="9"))])
    known = Catalogue.of(library=library)
    brought = known.over([system("new", version="1")])
    assert _version(brought, "") == "1"
    assert _version(brought, "9") == "9"
    assert _version(known, "") == "9"


def test_a_system_without_its_codes_hides_none_that_has_them() -> None:
    """A package that only names SNOMED CT, in place of the one that was loaded."""
    named = system(content="not-present", version="2")
    held = Library([Definition(system("cat", version="1"))])
    assert _version(Catalogue.of([named], held), "") == "1"
    assert _version(Catalogue.of([named]), "") == "2"


def test_a_definition_is_made_once() -> None:
    """A nomenclature read again for each code that is asked."""
    known = Catalogue.of([system("a"), value_set("https://a.test/set", codes("a"))])
    assert known.system(BEASTS) is known.system(BEASTS, "")
    assert known.value_set("https://a.test/set") is known.value_set("https://a.test/set")
    assert known.value_set("https://a.test/other") is None


def test_supplements_are_found_by_the_system_they_add_to() -> None:
    """French names that are loaded, and never shown."""
    loose = [
        system(url="https://a.test/fr", content="supplement", supplements=BEASTS),
        system(url="https://a.test/de", content="supplement", supplements=f"{BEASTS}|2"),
        system(url="https://a.test/x", content="supplement", supplements="https://a.test/else"),
    ]
    known = Catalogue.of(loose)
    assert [each.url for each in known.supplements(BEASTS, "1")] == ["https://a.test/fr"]
    assert len(list(known.supplements(BEASTS, "2"))) == 2


def _version(known: Catalogue, wanted: str) -> str:
    found = known.system(BEASTS, wanted)
    assert found is not None
    return found.version
