"""The items of a sliced element, each in its slice: how many, in what order, what is left over.

R4 profiling.html, "Slicing". A slice may itself be sliced again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hygie.fhir.path.library.equality import every_answer
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.criteria import Criterion, Plain
from hygie.fhir.validate.profiles.items import ONE, Item
from hygie.fhir.validate.profiles.values import Check
from hygie.fhir.validate.report import Place, Report

Checks = Mapping[str, Check]
"""By the type of the item; `ANY_TYPE` for those of any other."""
ANY_TYPE: Final = ""
NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    minimum: int
    maximum: int | None
    criteria: tuple[Criterion, ...]
    """Empty when nothing tells its items."""
    checks: Checks
    again: "Slicing | None" = None

    plain: Plain | None = None
    """All the criteria, where the JSON of an item tells them."""

    def allows(self, count: int, maybe: int) -> bool:
        """Whether so many items are neither too few nor too many, with some that may be of it."""
        limit = self.maximum
        return count + maybe >= self.minimum and (limit is None or count <= limit)

    def has(self, item: Item, report: Report) -> bool | None:
        """Whether an item is one of the slice; None when it cannot be told."""
        if self.plain is not None:
            return self.plain(item.value)
        if not self.criteria:
            return False
        return every_answer(criterion.test(item, report) for criterion in self.criteria)

    @property
    def by(self) -> str:
        return " ; ".join(criterion.by for criterion in self.criteria)


@dataclass(frozen=True, slots=True)
class Slicing:
    name: str
    """Of the element."""
    slices: tuple[Slice, ...]
    rules: str = "open"
    ordered: bool = False
    rest: Checks = field(default_factory=dict)
    """Of the items in no slice."""
    has_default: bool = False
    """Whether `rest` is the slice `@default`, that takes what no other does."""
    member: str = ""
    keys: Mapping[str, int] | None = None
    """Where one member of an item tells its slice: from its text to the index of the slice."""

    def check(self, items: Sequence[Item], place: Place, report: Report) -> None:
        """`place` is that of the parent of the items, which have been checked by themselves."""
        groups: list[list[Item]] = [[] for _ in self.slices]
        unknown = [0] * len(self.slices)
        latest, outside = NOBODY, False
        for item in items:
            index = self._slice_of(item, unknown, place, report)
            if index == NOBODY:
                outside = True
                continue
            groups[index].append(item)
            if index < latest and self.ordered:
                self._wrong_order(index, item, place, report)
            if outside and self.rules == "openAtEnd":
                self._not_at_end(index, item, place, report)
            latest = max(index, latest)
        for slice_, group, maybe in zip(self.slices, groups, unknown, strict=True):
            self.count(slice_, len(group), maybe, place, report)
            if slice_.again is not None and group:
                slice_.again.check(group, place, report)

    def _slice_of(self, item: Item, unknown: list[int], place: Place, report: Report) -> int:
        """The slice of an item, checked by it; NOBODY where there is none."""
        index = self._told(item, unknown, place, report)
        if index != NOBODY:
            apply(self.slices[index].checks, item, place, report)
        else:
            apply(self.rest, item, place, report)
        return index

    def _told(self, item: Item, unknown: list[int], place: Place, report: Report) -> int:
        if self.keys is not None:
            said = item.value.get(self.member) if type(item.value) is dict else None
            found = self.keys.get(said, NOBODY) if type(said) is str else NOBODY
            doubtful = False
        else:
            found, doubtful = self._tried(item, unknown, place, report)
        if found == NOBODY and not doubtful and self.rules == "closed" and not self.has_default:
            details = {"slices": self._names(), "by": " | ".join(s.by for s in self.slices)}
            where = (place, item.step, item.at)
            report.add("structure", "profile.slice-closed", phrases.SLICE_CLOSED, where, **details)
        return found

    def _tried(
        self, item: Item, unknown: list[int], place: Place, report: Report
    ) -> tuple[int, bool]:
        """The first slice that matches, and whether some may match that is not known here."""
        matching = NOBODY
        doubtful = False
        for index, slice_ in enumerate(self.slices):
            answer = slice_.has(item, report)
            if answer:
                if matching != NOBODY:
                    self.several(matching, index, item, place, report)
                    break
                matching = index
            elif answer is None:
                unknown[index] += 1
                doubtful = True
        return matching, doubtful

    # --- what is wrong --------------------------------------------------------------------
    def count(self, slice_: Slice, count: int, maybe: int, place: Place, report: Report) -> None:
        if not slice_.criteria:
            if slice_.minimum:
                said = {"slice": slice_.name, "name": self.name}
                undecidable = phrases.SLICE_UNDECIDABLE
                rule = "profile.slice-undecidable"
                report.say("information", "informational", rule, undecidable, place, **said)
            return
        if slice_.allows(count, maybe):
            return
        details = {"slice": slice_.name, "name": self.name, "count": str(count), "by": slice_.by}
        if count + maybe < slice_.minimum:
            details["limit"] = str(slice_.minimum)
            missing = phrases.SLICE_MISSING
            report.add("required", "profile.slice-minimum", missing, place, **details)
        else:
            details["limit"] = str(slice_.maximum)
            where = (place, self.name, ONE)
            more = phrases.SLICE_MORE
            report.add("structure", "profile.slice-maximum", more, where, **details)

    def several(self, one: int, other: int, item: Item, place: Place, report: Report) -> None:
        where = (place, item.step, item.at)
        names = f"{self.slices[one].name}, {self.slices[other].name}"
        rule = "profile.slice-several"
        report.add("structure", rule, phrases.SLICE_SEVERAL, where, slices=names)

    def _wrong_order(self, index: int, item: Item, place: Place, report: Report) -> None:
        details = {"slice": self.slices[index].name, "slices": self._names()}
        where = (place, item.step, item.at)
        report.add("structure", "profile.slice-order", phrases.SLICE_ORDER, where, **details)

    def _not_at_end(self, index: int, item: Item, place: Place, report: Report) -> None:
        where = (place, item.step, item.at)
        name = self.slices[index].name
        report.add("structure", "profile.slice-order", phrases.SLICE_END, where, slice=name)

    def _names(self) -> str:
        return ", ".join(slice_.name for slice_ in self.slices)


def apply(checks: Checks, item: Item, place: Place, report: Report) -> None:
    check = checks.get(item.type) or checks.get(ANY_TYPE)
    if check is not None:
        check(item.value, item.sibling, (place, item.step, item.at), report)


def keyed(slices: Sequence[Slice]) -> tuple[str, dict[str, int] | None]:
    """The member that tells all slices by its text alone, and the slice of each text."""
    single = [slice_.criteria[0] for slice_ in slices if len(slice_.criteria) == 1]
    members = {criterion.member for criterion in single}
    keys = {criterion.key: index for index, criterion in enumerate(single)}
    if len(single) == len(slices) == len(keys) and len(members) == 1 and "" not in members:
        return members.pop(), keys
    return "", None
