"""What a message is about: its focus, and all that is linked to that inside of it. Pure.

References are those of a Bundle (R4 §2.36.4.1): the fullUrl of an entry, or relative to the base of
the fullUrl of the entry that they stand in. One that is relative to nothing could mean a resource
of this house by chance: it is refused. Links count in both directions, so that an allergy that
points to the patient in focus is not left behind; loops do no harm.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

from hygie.fhir.references import rewrite_references, walk_links, walk_references
from hygie.intake.messaging import phrases
from hygie.intake.messaging.opening import Entry, Message
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.contract import Resource
from hygie.store.interactions.links import RELATIVE, RESTFUL

_VERSION: Final = "/_history/"
_EXCERPT: Final = 64
_BEARERS: Final = ("subject", "patient", "beneficiary")


class Reach:
    """The entries of one message by what they call each other."""

    def __init__(self, message: Message) -> None:
        """Refuses two entries with one fullUrl."""
        self._message = message
        self._named: dict[str, Entry] = {}
        for entry in message.entries:
            if entry.full_url and self._named.setdefault(entry.full_url, entry) is not entry:
                raise _refused("message.full-url", phrases.FULL_URL_TWICE, f"{entry.place}.fullUrl")

    def resolve(self, origin: Entry, link: str) -> Entry | None:
        """The entry that a link in `origin` leads to; None outside of the message."""
        return self._named.get(absolute(origin, link))

    def focus(self) -> tuple[Entry, ...]:
        """Refuses one that is not in the message."""
        return tuple(self._focused(n, link) for n, link in enumerate(self._message.focus))

    def _focused(self, number: int, link: str) -> Entry:
        found = self.resolve(self._message.header, link)
        if found is None:
            place = f"{self._message.header.place}.resource.focus[{number}]"
            raise _refused("message.focus", phrases.FOCUS_OUTSIDE, place, reference=link[:_EXCERPT])
        return found

    def reached(self, focus: Sequence[Entry]) -> tuple[Entry, ...]:
        """What is linked to the focus, itself with it, in the order of the message."""
        near = self._links()
        found = {entry.place for entry in focus}
        waiting = list(found)
        while waiting:
            for place in near.get(waiting.pop(), ()):
                if place not in found:
                    found.add(place)
                    waiting.append(place)
        return tuple(entry for entry in self._message.entries if entry.place in found)

    def of_header(self) -> frozenset[str]:
        """Places of what the header itself refers to: who sent it, and for whom."""
        header = self._message.header
        links = (self.resolve(header, link) for link in walk_links(header.resource))
        return frozenset(entry.place for entry in links if entry is not None)

    def _links(self) -> Mapping[str, set[str]]:
        near: dict[str, set[str]] = {}
        for entry in self._message.entries:
            for link in walk_links(entry.resource):
                other = self.resolve(entry, link)
                if other is not None and other is not entry:
                    near.setdefault(entry.place, set()).add(other.place)
                    near.setdefault(other.place, set()).add(entry.place)
        return near

    def check(self, entry: Entry) -> None:
        """Refuses references that lead nowhere, and to patients who are not in the message."""
        place = f"{entry.place}.resource"
        for element in walk_references(entry.resource):
            link = element["reference"]
            if link.startswith("#") or self.resolve(entry, link) is not None:
                continue
            if element.get("type") == "Patient" or _names_patient(link):
                raise _refused("message.patient-outside", phrases.PATIENT_OUTSIDE, place)
            if "://" not in absolute(entry, link):
                raise _refused(
                    "message.reference", phrases.DANGLING, place, reference=link[:_EXCERPT]
                )
        for name in _BEARERS:
            bearer = entry.resource.get(name)
            if isinstance(bearer, dict) and "identifier" in bearer and "reference" not in bearer:
                raise _refused(
                    "message.patient-outside", phrases.PATIENT_OUTSIDE, f"{place}.{name}"
                )

    def pointed(self, entry: Entry, targets: Mapping[str, str]) -> Resource:
        """The resource with its links to what entries are here; `targets`: place -> "Type/id".
        What the sender calls by an address of its own keeps that, complete."""

        def mapped(link: str) -> str | None:
            other = self.resolve(entry, link)
            if other is not None and other.place in targets:
                return targets[other.place]
            complete = absolute(entry, link)
            return complete if complete != link and RELATIVE.fullmatch(link) else None

        return rewrite_references(entry.resource, mapped)


def _names_patient(link: str) -> bool:
    """By its path; what is no address at all is refused as one that leads nowhere."""
    try:
        path = urlsplit(link).path
    except ValueError:  # brackets, or characters that are others once normalised
        return "Patient" in link
    return "Patient" in path.split("/")


def absolute(origin: Entry, link: str) -> str:
    """The link as it stands in `origin`, complete where that has an address, less a version."""
    link = link.partition(_VERSION)[0]
    base = RESTFUL.fullmatch(origin.full_url)
    return base[1] + link if base and RELATIVE.fullmatch(link) else link


def bearers_of(resource: Resource) -> frozenset[str]:
    """References of the patients whose resource it is."""
    found = (resource.get(name) for name in (*_BEARERS, "for"))
    listed = chain.from_iterable(one if isinstance(one, list) else [one] for one in found if one)
    links = (str(one.get("reference", "")) for one in listed if isinstance(one, dict))
    return frozenset(link for link in links if link.startswith("Patient/"))


def _refused(rule: str, phrase: Phrase, place: str, **details: str) -> Refused:
    return refuse(Category.UNPROCESSABLE, rule, phrase, code="not-found", location=place, **details)
