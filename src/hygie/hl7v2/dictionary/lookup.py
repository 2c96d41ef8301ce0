"""What something is called. Whatever is asked has an answer: messages hold what nobody foresaw."""

from typing import Final

from hygie.hl7v2.dictionary.reading import read_segments, read_tables, read_types
from hygie.hl7v2.dictionary.words import Component, Field, Segment

_OWN: Final = "Segment propre à l’émetteur"
_UNKNOWN: Final = "Segment inconnu"


def segments() -> tuple[Segment, ...]:
    """Every one that is described here."""
    return tuple(read_segments().values())


def describe_segment(code: str) -> Segment:
    """An unknown one that begins with Z is the sender's own (HL7 v2.5 §2.11)."""
    if found := read_segments().get(code):
        return found
    if code.startswith("Z"):
        return Segment(code, _OWN, "Convenu entre l’émetteur et vous ; gardé tel quel.", ())
    return Segment(
        code, _UNKNOWN, "La norme 2.5 ne décrit pas ce segment ici ; gardé tel quel.", ()
    )


def describe(code: str, number: int) -> Field:
    """`describe("PID", 5)`. In MSH, field 1 is the separator itself."""
    segment = describe_segment(code)
    if 0 < number <= len(segment.fields):
        return segment.fields[number - 1]
    if code == "QPD" and number > len(segment.fields):
        return Field(code, number, "VARIES", "", "Paramètre", "Un critère de la recherche.")
    beyond = "Au-delà de ce que la norme décrit." if segment.fields else segment.explanation
    return Field(code, number, "", "", f"Champ {number}", beyond)


def describe_component(data_type: str, number: int) -> Component:
    found = read_types().get(data_type)
    if found and 0 < number <= len(found.components):
        return found.components[number - 1]
    return Component(number, "", "", f"Composant {number}")


def say_type(data_type: str) -> str:
    """ "Identifiant" for CX; the code itself when it is not known."""
    found = read_types().get(data_type)
    return found.name if found else data_type


def say_code(table: str, code: str) -> str:
    """What a code of an HL7 table means; empty when it is not here, as many tables are local."""
    return read_tables().get(table, {}).get(code, "")
