"""Which messages must wait for each other: those about the same person. Pure."""

from collections.abc import Sequence

from hygie.intake.inbox import Admission


def rounds(admissions: Sequence[Admission]) -> list[list[Admission]]:
    """Those of a round are about different persons; what comes after another is in a later one.

    What is no HL7 v2 message may write whatever it likes: it has a round to itself.
    """
    found: list[list[Admission]] = []
    last: dict[str, int] = {}
    alone = -1
    for admission in admissions:
        lanes = admission.arrival.lanes
        number = max([alone, *(last.get(lane, -1) for lane in lanes)]) + 1
        if admission.arrival.message is None:
            number = alone = len(found)
        if number == len(found):
            found.append([])
        found[number].append(admission)
        last |= dict.fromkeys(lanes, number)
    return found
