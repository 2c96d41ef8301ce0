"""The last observations of each kind, out of a stream of them, newest first. Pure."""

from collections.abc import Iterator

import msgspec

from hygie.store.contract import StoredResource

Coding = tuple[str, str]
"""System and code, the code in small letters: what searches compare by."""


class _Coding(msgspec.Struct):
    system: str = ""
    code: str = ""


class _Concept(msgspec.Struct):
    coding: list[_Coding] = []
    text: str = ""


class _Observed(msgspec.Struct):
    """What is read of an Observation: the rest is passed over without being made."""

    code: _Concept = msgspec.field(default_factory=_Concept)


_READ = msgspec.json.Decoder(_Observed)


class _Kind:
    """Observations of one code, with the other codes that theirs were given as."""

    def __init__(self) -> None:
        self.codings: list[Coding] = []
        self.found: list[StoredResource] = []


class Latest:
    """Takes observations newest first, and keeps at most so many of each kind.

    Two are of one kind when they share a coding (R4 Observation-lastn: codings of one concept are
    translations of each other), or, without codings, the text. Codings that come with an
    observation that is kept count for its kind; one that shares a coding with a full kind is
    passed over, and teaches nothing.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kinds: dict[Coding, _Kind] = {}
        self._order: list[_Kind] = []
        self._seen: set[str] = set()

    def take(self, stored: StoredResource) -> None:
        """The same one again changes nothing."""
        if stored.id in self._seen:
            return
        self._seen.add(stored.id)
        codings = _codings(stored.body)
        kinds = [self._kinds[coding] for coding in codings if coding in self._kinds]
        if any(len(kind.found) >= self._most for kind in kinds):
            return
        kind = kinds[0] if kinds else self._new()
        kind.found.append(stored)
        for coding in codings:
            if coding not in self._kinds:
                self._kinds[coding] = kind
                kind.codings.append(coding)

    def full(self) -> Iterator[Coding]:
        """Codings of which nothing more is taken. What has only a text is not among them."""
        for kind in self._order:
            if len(kind.found) >= self._most:
                yield from (coding for coding in kind.codings if coding[1])

    def found(self) -> tuple[StoredResource, ...]:
        """Kind by kind, each newest first."""
        return tuple(stored for kind in self._order for stored in kind.found)

    def _new(self) -> _Kind:
        kind = _Kind()
        self._order.append(kind)
        return kind


def _codings(body: bytes) -> list[Coding]:
    concept = _READ.decode(body).code
    codings = [(one.system, one.code.casefold()) for one in concept.coding if one.code]
    return codings or [(concept.text, "")]
