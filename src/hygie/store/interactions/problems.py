"""Gathers every problem of a request, to refuse it once and whole."""

from collections.abc import Iterable
from typing import NoReturn

import msgspec

from hygie.limits import MAX_ISSUES
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, has_errors


class Problems:
    """Issues with the category each would be refused under; the first one's wins."""

    def __init__(self) -> None:
        self._category = Category.INVALID
        self._errors: list[Issue] = []
        self._remarks: list[Issue] = []

    def add(
        self,
        category: Category,
        rule: str,
        phrase: Phrase,
        *,
        code: str = "invalid",
        location: str = "",
        **details: str,
    ) -> None:
        issue = Issue(code=code, rule=rule, phrase=phrase, location=location, details=details)
        self.extend(category, (issue,))

    def extend(self, category: Category, issues: Iterable[Issue]) -> None:
        """Keeps at most `MAX_ISSUES` errors: whoever corrects that many will ask again.

        As many others are kept beside them, never instead of them.
        """
        for issue in issues:
            wrong = has_errors((issue,))
            if wrong and not self._errors:
                self._category = category
            kept = self._errors if wrong else self._remarks
            if len(kept) < MAX_ISSUES:
                kept.append(issue)

    def __bool__(self) -> bool:
        return bool(self._errors)

    def refuse(self) -> NoReturn:
        raise Refused(Refusal(self._category, (*self._errors, *self._remarks)))

    def refuse_if_any(self) -> None:
        if self:
            self.refuse()


def within(place: str, issues: Iterable[Issue]) -> list[Issue]:
    """Issues of a resource ("Patient.name") as issues of its entry ("….resource.name")."""
    if not place:
        return list(issues)
    return [
        msgspec.structs.replace(i, location=_joined(f"{place}.resource", i.location))
        for i in issues
    ]


def _joined(prefix: str, location: str) -> str:
    rest = location.partition(".")[2]
    return f"{prefix}.{rest}" if rest else prefix


def at(place: str, refused: Refused) -> Refused:
    """The refusal of one interaction as that of its entry; issues already there stay."""
    if not place:
        return refused
    refusal = refused.refusal
    issues = tuple(_at(place, issue) for issue in refusal.issues)
    return Refused(Refusal(refusal.category, issues))


def _at(place: str, issue: Issue) -> Issue:
    if issue.location.startswith(place):
        return issue
    location = _joined(f"{place}.resource", issue.location) if issue.location else place
    return msgspec.structs.replace(issue, location=location)
