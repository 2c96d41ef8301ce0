"""What a file says of one concept, in one place."""

from typing import NamedTuple

from hygie.fhir.terminology.reading import Json


class Piece(NamedTuple):
    """Files say of a concept what they know of it: its pieces become one."""

    code: str
    body: Json
    """Members of `CodeSystem.concept`: display, definition, designation, property."""
    parents: tuple[str, ...] = ()
    """Codes directly above."""
    defines: bool = True
    """False where it only adds to a concept that another piece defines."""
