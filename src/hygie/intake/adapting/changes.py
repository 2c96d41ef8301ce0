"""Changes compiled: each a closure over a draft, that tells whether it changed anything."""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from hygie.hl7v2.message import Field, Segment
from hygie.intake.adapting.draft import Draft, rewritten, with_raw, with_text
from hygie.intake.adapting.model import Change
from hygie.intake.adapting.texts import Rewrite, compile_rewrite
from hygie.intake.mapping.engine.conditions import Test, compile_test
from hygie.intake.mapping.engine.model import wrong
from hygie.intake.mapping.engine.references import Place, read_place

Apply = Callable[[Draft], bool]
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{2}\Z", re.ASCII)
_KEPT: Final = {("MSH", 1), ("MSH", 2), ("MSH", 10), ("MSH", 12), ("MSH", 18)}
"""What a message is read and known by."""
_VOUCHED: Final = ("PID", 32)
"""The reliability of an identity may be translated, never asserted: a constant would qualify the
identities of a whole source."""


class _Where(msgspec.Struct, frozen=True):
    """What one change is compiled with."""

    change: Change
    where: str
    tests: tuple[Test, ...]

    def holds(self, draft: Draft, segment: Segment | None, field: Field | None) -> bool:
        return all(test(segment, field, draft.scope, draft.message) for test in self.tests)


def compile_change(change: Change, where: str) -> Apply:
    """Refused at `where` when the change does not say one thing, or names what is not."""
    said = [name for name in ("set", "drop", "rename") if getattr(change, name)]
    if len(said) != 1:
        raise wrong(where, "set | drop | rename: 1")
    if not change.why.strip() or not change.id.strip():
        raise wrong(where, "id, why: ∅")
    if said[0] != "set" and (change.from_ or change.value is not None or change.rewrites):
        raise wrong(where, f"{said[0]}: from, value, split, extract, case, codes ≠ ∅")
    if said[0] == "rename":
        return _renaming(change, where)
    return _dropping(change, where) if said[0] == "drop" else _setting(change, where)


def _around(change: Change, own: Place | None, where: str) -> _Where:
    tests = tuple(compile_test(text, own, where) for text in change.conditions)
    return _Where(change, where, tests)


def _renaming(change: Change, where: str) -> Apply:
    around = _around(change, None, where)
    old, new = _segment_name(change.rename, where), _segment_name(change.to, where)

    def rename(draft: Draft) -> bool:
        ranks = [n for n in draft.ranks(old) if around.holds(draft, draft.at(n), None)]
        for rank in ranks:
            segment = draft.at(rank)
            fields = (new, *segment.fields[1:])
            draft.replace(rank, Segment(new, fields, segment.where, segment.dialect))
        return bool(ranks)

    return rename


def _dropping(change: Change, where: str) -> Apply:
    if "-" in change.drop:
        place = _place(change.drop, where)
        return _emptying(place, _around(change, place, where))
    name, around = _segment_name(change.drop, where), _around(change, None, where)

    def drop(draft: Draft) -> bool:
        ranks = [n for n in draft.ranks(name) if around.holds(draft, draft.at(n), None)]
        if ranks:
            draft.remove(ranks)
        return bool(ranks)

    return drop


def _emptying(place: Place, around: _Where) -> Apply:
    def empty(draft: Draft) -> bool:
        return _each(draft, place, around, lambda _text, _place: "")

    return empty


def _setting(change: Change, where: str) -> Apply:
    place = _place(change.set, where)
    around, rewrite = _around(change, place, where), compile_rewrite(change, where)
    if place.field == _VOUCHED and not change.codes:
        raise wrong(where, "PID-32: codes")
    if change.value is not None and (change.from_ or change.rewrites):
        raise wrong(where, "value | from: 1")
    if change.value is not None or change.from_:
        return _writing(change, place, around, rewrite)
    if not change.rewrites:
        raise wrong(where, "set: value | from | split, extract, case, codes")
    return lambda draft: _each(draft, place, around, rewrite)


def _each(draft: Draft, place: Place, around: _Where, rewrite: Rewrite) -> bool:
    """Rewrites what stands at a place, in every repetition of every segment of that name."""

    def write(segment: Segment, field: Field) -> str | None:
        text = place.of(field)
        if not text or not around.holds(draft, segment, field):
            return None
        return rewrite(text, field.place(place.component))

    changed = False
    for rank in draft.ranks(place.segment):
        before = draft.at(rank)
        if not before.raw(place.number):
            continue
        after = rewritten(before, place, write)
        if after.fields != before.fields:
            draft.replace(rank, after)
            changed = True
    return changed


def _writing(change: Change, place: Place, around: _Where, rewrite: Rewrite) -> Apply:
    sources = tuple(read_place(text, around.where) for text in change.sources)
    copied = sources[0] if len(sources) == 1 and _is_copy(change, place, sources[0]) else None

    def write_one(draft: Draft, segment: Segment | None) -> Segment | None:
        """The segment as it becomes; an empty one of that name where there was none."""
        field = segment.field(place.number) if segment else None
        if not around.holds(draft, segment, field):
            return None
        target = segment or Segment(place.segment, (place.segment,), place.segment, draft.dialect)
        if copied is not None:
            origin = _origin(draft, copied, segment)
            raw = origin.raw(copied.number) if origin else ""
            return with_raw(target, place.number, raw) if raw else None
        if change.value is not None:
            return with_text(target, place, change.value)
        texts = [_read(draft, source, segment) for source in sources]
        joined = change.join.join(text for text in texts if text)
        text = rewrite(joined, target.place(place.number)) if joined else None
        return with_text(target, place, text) if text else None

    def write(draft: Draft) -> bool:
        changed = False
        ranks = draft.ranks(place.segment)
        for rank in ranks:
            before = draft.at(rank)
            after = write_one(draft, before)
            if after is not None and after.fields != before.fields:
                draft.replace(rank, after)
                changed = True
        if not ranks and (made := write_one(draft, None)) is not None:
            draft.replace(draft.add(place.segment), made)
            changed = True
        return changed

    return write


def _is_copy(change: Change, place: Place, source: Place) -> bool:
    """A whole field to a whole field goes as it came, repetitions and components with it."""
    return not (change.rewrites or place.component or source.component)


def _origin(draft: Draft, source: Place, own: Segment | None) -> Segment | None:
    """The segment itself, else the first of that name."""
    if own is not None and own.name == source.segment:
        return own
    return draft.message.first(source.segment)


def _read(draft: Draft, source: Place, own: Segment | None) -> str:
    origin = _origin(draft, source, own)
    return source.within(origin) if origin else ""


def _segment_name(text: str, where: str) -> str:
    if not _NAME.match(text) or text == "MSH":
        raise wrong(where, f"« {text[:20]} » ≠ PV1, ZXX")
    return text


def _place(text: str, where: str) -> Place:
    place = read_place(text, where)
    if place.field in _KEPT:
        raise wrong(where, f"{text}: MSH-1, 2, 10, 12, 18")
    return place
