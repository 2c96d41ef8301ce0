"""What takes judgement, or several segments: functions that tables name, the same for all."""

from collections.abc import Mapping
from typing import Final

from hygie.intake.mapping import medication, values
from hygie.intake.mapping.engine import Context, Scope
from hygie.intake.mapping.engine.conversion import Function


def notes(scope: Scope, _context: Context) -> str:
    """The NTE of the scope as one text, a line for each repetition."""
    return "\n".join(
        field.whole() for segment in scope.get("NTE", ()) for field in segment.repetitions(3)
    )


def note_of(scope: Scope, context: Context) -> list[dict[str, str]]:
    text = notes(scope, context)
    return [{"text": text}] if text else []


FUNCTIONS: Final[Mapping[str, tuple[Function, str, str]]] = {
    "notes": (notes, "string", "NTE-3 of the scope: one text, a line each"),
    "note-lines": (note_of, "Annotation", "the same as one note"),
    "dosage": (medication.dosage, "Dosage", "RXE, RXO, TQ1 or TQ, RXR: dose, timing, route"),
    "dispensed": (medication.dispensed, "Quantity", "RXD-4, 5; RXE-10, 11; RXO-11, 12"),
    "dose": (medication.given, "Quantity", "RXA-6, 7; 999 is unknown"),
    "observed": (values.observed, "*", "OBX-2, 5, 6: value[x], else dataAbsentReason"),
}
"""Name -> function, the type that it gives, a line for docs/mapping.md."""
