"""One bar cut into shares: what became of what came in, all of it."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from hygie.web.charts.svg import drawing, element

HEIGHT = 20
LEAST = 3.0
"""Pixels of a share that is not nothing."""


class Share(msgspec.Struct, frozen=True):
    label: str
    count: int
    kind: str
    """Ends the name of its class."""


def shares(parts: Sequence[Share], *, title: str, width: int) -> Markup:
    """Each as long as its part of the whole."""
    shown = [part for part in parts if part.count]
    total = sum(part.count for part in shown) or 1
    room = width - LEAST * len(shown)
    x, drawn = 0.0, []
    for part in shown:
        span = LEAST + room * part.count / total
        said = element("title", f"{part.label} : {part.count}")
        drawn.append(
            element("rect", said, x=x, y=0, width=max(span - 1, 1.0), height=HEIGHT,
                    class_=f"share-{part.kind}")
        )  # fmt: skip
        x += span
    spoken = " ; ".join(f"{part.label} : {part.count}" for part in parts)
    return drawing(width, HEIGHT, *drawn, class_="shares", title=title, describe=spoken)
