"""Each kind of nomenclature, from small files of its form with codes and labels of our own."""

from pathlib import Path

import pytest
from tests.nomenclature.loading.samples import ATC, BDPM, CCAM, CLAML, LOINC, RDF, SNOMED
from tests.nomenclature.loading.test_tables import zipped
from tests.nomenclature.shelves import load, opened, written
from tests.nomenclature.test_shelf import refused

from hygie.fhir.terminology.code_system import Concept, is_abstract, is_inactive
from hygie.nomenclature.books import Book


def files(folder: Path, samples: dict[str, str | bytes]) -> Path:
    for name, content in samples.items():
        written(folder / name, content)
    return folder


def one(book: Book, code: str) -> Concept:
    concept = book.find(code)
    assert concept
    return concept


def values(concept: Concept, name: str) -> list[object]:
    return list(concept.values(name))


DTD = '<!DOCTYPE ClaML SYSTEM "ClaML.dtd">'


# --- CIM-10 -----------------------------------------------------------------------------------
def cim10(folder: Path, content: str = CLAML) -> Book:
    path = zipped(folder / "cim.zip", {"CIM10.xml": content.encode("latin-1")})
    (loaded,) = load(folder, "cim10", path)
    return opened(folder, loaded.header.name)


def test_cim10_hierarchy_labels_and_notes(tmp_path: Path) -> None:
    """Guards: chapters that can be coded with, labels that say nothing alone, lost notes."""
    book = cim10(tmp_path)
    assert (book.url, book.version) == (
        "https://smt.esante.gouv.fr/terminologie-cim-10",
        "2026-01-01",
    )
    assert "http://hl7.org/fhir/sid/icd-10" in book.header.urls
    assert list(book.above("Q01.0")) == ["Q01", "Q00-Q09", "XVII"]
    assert is_abstract(book, one(book, "XVII"))
    assert not is_abstract(book, one(book, "Q01"))
    assert one(book, "Q01.0").display == "Fracture inventée, Sein"
    assert one(book, "Q01.1").display == "Fracture inventée du nez"
    assert "Sein" in one(book, "Q01.0").displays()
    assert values(one(book, "Q01.0"), "usage") == ["dagger"]
    assert "Cassure à Testus (Q02.0*)" in one(book, "Q01").displays()
    assert values(one(book, "Q01"), "exclusionNote") == ["bosse (Q02.-)"]
    assert book.search("cassure testus", 5) == ["Q01"]


def test_cim10_modifiers_make_codes(tmp_path: Path) -> None:
    """Guards: codes of five characters, which are most of what is coded, that are unknown."""
    book = cim10(tmp_path)
    assert list(book.children("Q02")) == ["Q02.0", "Q02.1"]
    assert list(book.children("Q02.0")) == ["Q02.00", "Q02.01"]
    assert list(book.children("Q02.1")) == ["Q02.10"]
    assert one(book, "Q02.01").display == "Bosse inventée, avec coma, ouverte"
    assert list(book.children("Q03")) == ["Q030", "Q031"]
    assert list(book.children("Q01.1")) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('name="CIM10" version="CIM-10 FR 2026"', 'name="ICF" version="2001"', "nomenclature.kind"),
        ('value="fr"', 'value="nl"', "nomenclature.kind"),
        ('code="Q01" kind', 'code="b11" kind', "nomenclature.kind"),
        ("<Class ", "<Class <", "nomenclature.xml"),
        (DTD, '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "nomenclature.entities"),
        (DTD, '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "nomenclature.entities"),
        ("Fracture inv", "Fract&uuml;re inv", "nomenclature.entities"),
    ],
)  # fmt: skip
def test_cim10_files_that_are_others(tmp_path: Path, old: str, new: str, rule: str) -> None:
    """Guards: another classification, another language, another machine's files in a label."""
    path = written(tmp_path / "a.xml", CLAML.replace(old, new).encode("latin-1"))
    assert refused(tmp_path, "cim10", path)[0] == rule


def test_cim10_of_another_year(tmp_path: Path) -> None:
    """Guards: last year's codes loaded by habit."""
    path = written(tmp_path / "a.xml", CLAML.encode("latin-1"))
    assert refused(tmp_path, "cim10", path, expected="2025")[0] == "nomenclature.other-version"
    assert load(tmp_path, "cim10", path, expected="2026")[0].state == "added"


def test_a_record_without_end(tmp_path: Path) -> None:
    """Guards: memory filled by one label of 50 MB, or by elements in elements."""
    for inside in ("x" * 50_000_000, "<Para>" * 300 + "</Para>" * 300):
        content = CLAML.replace("Fracture inventée", inside, 1)
        path = written(tmp_path / "a.xml", content.encode("latin-1"))
        assert refused(tmp_path, "cim10", path)[0] in ("nomenclature.record", "nomenclature.xml")


# --- RDF of the SMT ---------------------------------------------------------------------------
def test_rdf_of_the_national_server(tmp_path: Path) -> None:
    """Guards: a terminology of which only codes are read, or that is taken for another version."""
    path = written(tmp_path / "terminologie-beasts-2026-05.rdf", RDF)
    (loaded,) = load(tmp_path, "skos", path)
    book = opened(tmp_path, loaded.header.name)
    assert (book.url, book.version) == ("https://smt.esante.gouv.fr/terminologie-beasts", "2026-05")
    assert list(book.codes()) == ["B", "C", "D"]
    assert list(book.above("C")) == ["B"]
    assert one(book, "C").display == "Chat"
    assert set(one(book, "C").displays()) == {"Chat", "Cat", "Minet"}
    assert values(one(book, "C"), "exclusionNote") == ["pas le tigre"]
    assert values(one(book, "C"), "eats") == ["D"]
    assert is_inactive(book, one(book, "D"))


@pytest.mark.parametrize("kind", ["cim10", "ccam", "atc"])
def test_rdf_of_kinds_that_have_another_form_too(tmp_path: Path, kind: str) -> None:
    """Guards: the national server's file refused where its publisher's is taken."""
    path = written(tmp_path / f"terminologie-{kind}-v82.00.rdf", RDF)
    (loaded,) = load(tmp_path, kind, path)
    assert (loaded.header.version, loaded.header.concepts) == ("v82.00", 3)
    assert len(loaded.header.urls) == 3


# --- CCAM, ATC --------------------------------------------------------------------------------
def test_ccam_table(tmp_path: Path) -> None:
    """Guards: acts without their chapter; lines of activities taken for acts."""
    path = written(tmp_path / "CCAM_V80.csv", CCAM.encode("cp1252"))
    (loaded,) = load(tmp_path, "ccam", path)
    book = opened(tmp_path, loaded.header.name)
    assert (book.version, book.count) == ("v80", 5)
    assert list(book.above("ZZZZ001")) == ["01.01", "01"]
    assert list(book.below("01")) == ["01.01", "ZZZZ001", "ZZZZ002-01", "01.02"]
    assert book.search("echographie fictive", 5) == ["ZZZZ001"]
    assert refused(tmp_path, "ccam", written(tmp_path / "V80.csv", "nom;prénom\n"))[0] == (
        "nomenclature.kind"
    )


def test_atc_levels(tmp_path: Path) -> None:
    """Guards: a substance outside of its group."""
    (loaded,) = load(tmp_path, "atc", written(tmp_path / "atc.csv", ATC), version="2026")
    book = opened(tmp_path, loaded.header.name)
    assert book.url == "http://www.whocc.no/atc"
    assert list(book.above("Z01ZZ01")) == ["Z01ZZ", "Z01Z", "Z01", "Z"]
    assert one(book, "Z01ZZ01").display == "fictine"
    assert values(one(book, "Z01Z"), "level") == [3]


# --- LOINC ------------------------------------------------------------------------------------
def test_loinc_with_its_french_names(tmp_path: Path) -> None:
    """Guards: a laboratory's codes in English only, without hierarchy, deprecated ones offered."""
    path = zipped(tmp_path / "Loinc_2.99.zip", {k: v.encode() for k, v in LOINC.items()})
    (loaded,) = load(tmp_path, "loinc", path)
    book = opened(tmp_path, loaded.header.name)
    assert (book.url, book.version, book.case_sensitive) == ("http://loinc.org", "2.99", False)
    assert one(book, "99999-9").display == "Fictine [Mass/volume] in Serum"
    french = [d.value for d in one(book, "99999-9").designations if d.language == "fr-FR"]
    assert french[0] == "Fictine [Masse/Volume] Sérum"
    assert book.search("fictine masse serum", 3)[0] == "99999-9"
    assert list(book.above("99999-9")) == ["LP99-9", "LP98-1"]
    assert is_inactive(book, one(book, "99998-1"))
    assert values(one(book, "99999-9"), "SCALE_TYP") == ["Qn"]
    assert list(book.children("LL99-9")) == ["LA99-9"]
    path = written(tmp_path / "Loinc.csv", "LOINC_NUM,COMPONENT\n1-8,x\n")
    assert refused(tmp_path, "loinc", path)[0] == "nomenclature.columns"


# --- SNOMED CT --------------------------------------------------------------------------------
def test_snomed_release(tmp_path: Path) -> None:
    """Guards: retired concepts as good ones, the wrong name first, a hierarchy of one parent."""
    (loaded,) = load(tmp_path, "snomed", files(tmp_path / "rf2", SNOMED))
    book = opened(tmp_path, loaded.header.name)
    assert book.version == "http://snomed.info/sct/11000999107/version/20260301"
    assert loaded.header.name == "SNOMED_CT#11000999107-20260301"
    assert set(one(book, "300").parents) == {"200", "201"}
    assert next(book.having("concept", "is-a", "138875005") or iter(())) == "138875005"
    assert set(book.below("138875005")) == {"200", "201", "300"}
    assert one(book, "300").display == "Invented pneumonia"
    designations = list(one(book, "300").designations)
    assert [d.value for d in designations if d.language == "fr"] == [
        "pneumonie inventée",
        "inflammation inventée",
    ]
    assert values(one(book, "300"), "363698007") == ["201"]
    assert list(book.having("memberOf", "=", "777") or ()) == ["300"]
    assert is_inactive(book, one(book, "400"))
    assert not is_inactive(book, one(book, "300"))


def test_snomed_files_that_are_others(tmp_path: Path) -> None:
    """Guards: columns that changed read as what they are not; a delta taken for the whole."""
    concepts = "sct2_Concept_Snapshot_INT_20260301.txt"
    bad = {concepts: SNOMED[concepts].replace("moduleId", "module")}
    assert refused(tmp_path, "snomed", files(tmp_path / "a", {**SNOMED, **bad}))[0] == (
        "nomenclature.kind"
    )
    short = {concepts: SNOMED[concepts] + "500\t20260301\n"}
    rule, place = refused(tmp_path, "snomed", files(tmp_path / "b", {**SNOMED, **short}))
    assert (rule, place) == ("nomenclature.cells", f"{concepts}:7")
    delta = {concepts.replace("Snapshot", "Delta"): SNOMED[concepts]}
    assert refused(tmp_path, "snomed", files(tmp_path / "c", delta))[0] == "nomenclature.kind"
    given = files(tmp_path / "d", SNOMED)
    assert refused(tmp_path, "snomed", given, expected="20250301")[0] == (
        "nomenclature.other-version"
    )
    assert load(tmp_path, "snomed", given, expected="20260301")[0].state == "added"


# --- drugs, units -----------------------------------------------------------------------------
def test_bdpm_makes_three_systems(tmp_path: Path) -> None:
    """Guards: a box of tablets of which nobody knows the drug."""
    loaded = load(tmp_path, "bdpm", files(tmp_path / "bdpm", BDPM), version="2026-11-01")
    assert [each.header.name for each in loaded] == [
        "CIS#2026-11-01",
        "CIP13#2026-11-01",
        "UCD#2026-11-01",
    ]
    cis, cip, ucd = (opened(tmp_path, each.header.name) for each in loaded)
    assert values(one(cis, "69999999"), "substance") == ["FICTINE (500 mg)"]
    assert values(one(cis, "69999999"), "titulaires") == ["LABO É", "AUTRE"]
    assert values(one(cis, "60000000"), "notMarketed") == [True]
    assert one(cip, "3400900000001").display == "FICTOL 500 mg, comprimé — plaquette de 16"
    assert values(one(cip, "3400900000001"), "cip7") == ["9000001"]
    assert list(cip.having("cis", "=", "69999999") or ()) == ["3400900000001"]
    assert cip.search("fictol plaquette", 3) == ["3400900000001"]
    assert values(one(ucd, "3400890000001"), "cip13") == ["3400900000001", "3400900000002"]


def test_bdpm_files_that_are_others(tmp_path: Path) -> None:
    """Guards: a page of the site saved under the name of the file."""
    page = {"CIS_bdpm.txt": "<html>\n<body>\n"}
    given = files(tmp_path / "a", page)
    assert refused(tmp_path, "bdpm", given, version="1")[0] == "nomenclature.cells"
    assert refused(tmp_path, "bdpm", files(tmp_path / "b", BDPM))[0] == "nomenclature.version"


def test_ucum_comes_with_hygie(tmp_path: Path) -> None:
    """Guards: units that can be written and not be found."""
    (loaded,) = load(tmp_path, "ucum")
    book = opened(tmp_path, loaded.header.name)
    assert (book.url, book.content) == ("http://unitsofmeasure.org", "fragment")
    assert book.search("meter", 1) == ["m"]
    assert one(book, "[in_i]").display == "inch"
    assert book.count > 250
