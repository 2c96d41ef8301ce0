"""Messages of several orders, appointments or administrations, cut into their parts. Pure."""

from collections.abc import Iterator, Sequence

from hygie.hl7v2.message import Message, Segment


def parts(message: Message, opening: str, bodies: Sequence[str]) -> Iterator[list[Segment]]:
    """The parts that begin with `opening` (ORC), or with one of `bodies` (OBR) where senders leave
    it out. What follows a second PID tells of earlier results (OML): it ends the last part."""
    part: list[Segment] = []
    met, patients = False, 0
    for segment in message.segments:
        patients += segment.name == "PID"
        body = segment.name in bodies
        if patients > 1 or segment.name == opening or (body and (met or not part)):
            if part:
                yield part
            part, met = [], False
        if patients > 1:
            return
        if part or body or segment.name == opening:
            part.append(segment)
            met = met or body
    if part:
        yield part


def first(part: Sequence[Segment], *names: str) -> Segment | None:
    """The first segment of one of these names."""
    return next((segment for segment in part if segment.name in names), None)


def after(part: Sequence[Segment], name: str) -> list[Segment]:
    """What stands from the first segment of this name on; all of it when there is none."""
    for rank, segment in enumerate(part):
        if segment.name == name:
            return list(part[rank:])
    return list(part)
