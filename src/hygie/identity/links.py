"""Two records of which somebody says that they go together, without making them one. Pure."""

from typing import Final

from hygie.identity.elements import Element

SEE_ALSO: Final = "seealso"


def linked(patient: Element, other: str) -> Element:
    """The patient, saying `seealso` of the other; once."""
    link = _link(other)
    links = patient.get("link", [])
    return patient if link in links else {**patient, "link": [*links, link]}


def unlinked(patient: Element, other: str) -> Element:
    """The patient without it; merges stay."""
    kept = [link for link in patient.get("link", []) if link != _link(other)]
    rest = {name: value for name, value in patient.items() if name != "link"}
    return {**rest, "link": kept} if kept else rest


def _link(other: str) -> Element:
    return {"other": {"reference": f"Patient/{other}"}, "type": SEE_ALSO}
