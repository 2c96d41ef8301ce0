"""Guards against a technician being told that a field is something else, or nothing at all."""

from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.dictionary import (
    describe,
    describe_component,
    describe_segment,
    say_code,
    say_type,
    segments,
)
from hygie.hl7v2.dictionary.reading import read_tables, read_types

FIELDS = {
    "MSH": 21, "MSA": 6, "ERR": 12, "EVN": 7, "SFT": 6, "NTE": 4, "DSC": 2, "FHS": 12, "FTS": 2,
    "BHS": 12, "BTS": 3, "QPD": 3, "QAK": 6, "RCP": 7, "QRD": 12, "MFI": 6, "PID": 39, "PD1": 21,
    "NK1": 39, "MRG": 7, "ROL": 12, "AL1": 6, "IAM": 20, "ACC": 11, "DB1": 8, "CTD": 7, "PV1": 52,
    "PV2": 49, "DG1": 21, "DRG": 11, "PR1": 20, "ORC": 30, "OBR": 49, "OBX": 19, "SPM": 29,
    "TXA": 23, "TQ1": 14, "TQ2": 10, "CTI": 3, "RXO": 28, "RXE": 44, "RXR": 6, "RXC": 9, "RXD": 33,
    "RXA": 26, "SCH": 27, "RGS": 3, "AIS": 12, "AIG": 14, "AIL": 12, "AIP": 12, "FT1": 31,
    "IN1": 53, "IN2": 72, "GT1": 57,
    "PRT": 15,  # v2.7 and on
    "ZBE": 9, "ZFA": 12, "ZFD": 7, "ZFM": 4, "ZFP": 2, "ZFV": 11,  # IHE PAM, France, 2.11
}  # fmt: skip
"""Segment -> how many fields the standard gives it (v2.5 unless said)."""


def test_every_field_of_the_standard_is_here() -> None:
    """A field that is left out shifts the names of those behind it."""
    assert {segment.code: len(segment.fields) for segment in segments()} == FIELDS
    for segment in segments():
        assert [field.number for field in segment.fields] == [
            number + 1 for number in range(len(segment.fields))
        ]


def test_names_and_sentences_are_whole() -> None:
    """A name that is missing, or cut, explains nothing."""
    for segment in segments():
        for one in (segment, *segment.fields):
            assert one.name[0].isupper(), one
            assert one.explanation.endswith((".", "…", "&.")), one


def test_every_type_is_explained() -> None:
    """A component without a name leaves « 80412377^^^CH&1.2.3 » as it was."""
    types = read_types()
    used = {field.type for segment in segments() for field in segment.fields}
    used |= {part.type for one in types.values() for part in one.components}
    assert used <= set(types)
    assert [part.number for part in types["XCN"].components] == list(range(1, 24))


def test_anchors_of_the_standard() -> None:
    """Rows of a file may be moved by an edit: these fields are known by heart."""
    assert (describe("PID", 3).name, describe("PID", 3).type) == ("Identifiants du patient", "CX")
    assert describe("PID", 3).repeats
    assert (describe("PID", 7).name, describe("PID", 7).type) == ("Date de naissance", "TS")
    assert (describe("PV1", 19).name, describe("PV1", 44).name) == (
        "Numéro de venue", "Date d’entrée",
    )  # fmt: skip
    assert (describe("OBX", 5).name, describe("OBX", 11).table) == ("Valeur", "0085")
    assert (describe("OBR", 25).name, describe("TXA", 12).name) == (
        "État du résultat", "Numéro du document",
    )  # fmt: skip
    assert (describe("ZBE", 4).name, describe("ZFD", 5).name) == (
        "Action", "Mode d’obtention de l’identité",
    )  # fmt: skip
    assert describe_component("CX", 5).name == "Type d’identifiant"
    assert (say_code("0004", "I"), say_code("0203", "PI"), say_type("CX")) == (
        "Hospitalisé", "IPP", "Identifiant",
    )  # fmt: skip


def test_what_is_not_known_is_said() -> None:
    """A segment that an editor made up must not look like one of the standard."""
    assert describe_segment("ZQQ").name == "Segment propre à l’émetteur"
    assert describe("ZQQ", 4).name == "Champ 4"
    assert describe_segment("QQQ").name == "Segment inconnu"
    assert describe("PID", 41).name == "Champ 41"
    assert describe_component("CX", 99).name == "Composant 99"
    assert (say_code("0001", "?"), say_type("QQ")) == ("", "QQ")


@given(st.text(max_size=5), st.integers(-3, 200))
def test_whatever_is_asked_has_an_answer(code: str, number: int) -> None:
    """The page of a message shows what nobody foresaw."""
    assert describe(code, number).name
    assert describe_component(code, number).name
    assert say_code(code, str(number)) in read_tables().get(code, {"": ""}).values() or not (
        say_code(code, str(number))
    )
