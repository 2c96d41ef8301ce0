"""What is wrong with a view: every problem found, each with its place, refused together."""

from hygie.insight.views.phrases import EXPRESSION
from hygie.limits import MAX_ISSUES
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse

SHOWN = 240
"""Characters of a name or a list of names that a message repeats."""


class Findings:
    """Collects problems; beyond MAX_ISSUES, no more are kept."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def add(self, rule: str, phrase: Phrase, place: str, **details: str) -> None:
        shown = {name: text[:SHOWN] for name, text in details.items()}
        self._keep(
            Issue(
                code="invalid",
                rule=f"view.{rule}",
                phrase=phrase,
                location=place,
                details={"place": place, **shown},
            )
        )

    def of_expression(self, refused: Refused, place: str) -> None:
        """Keeps what was said of an expression, with the place of the expression before it."""
        for issue in refused.refusal.issues:
            told = Phrase(*(f"{a}{b}" for a, b in zip(EXPRESSION, issue.phrase, strict=True)))
            details = {**issue.details, "place": place}
            self._keep(
                Issue(
                    code=issue.code, rule=issue.rule, phrase=told, location=place, details=details
                )
            )

    def _keep(self, issue: Issue) -> None:
        if len(self._issues) < MAX_ISSUES:
            self._issues.append(issue)

    def any_of(self, rule: str) -> bool:
        """Whether something was found against that rule."""
        return any(issue.rule == f"view.{rule}" for issue in self._issues)

    def refusal(self) -> Refused:
        """All that was found."""
        return Refused(Refusal(Category.UNPROCESSABLE, tuple(self._issues)))

    def settle(self) -> None:
        """Raises Refused if anything was found."""
        if self._issues:
            raise self.refusal()


def beyond(rule: str, phrase: Phrase, limit: int, place: str = "") -> Refused:
    """A view that passes a limit: nothing more of it is read."""
    return refuse(
        Category.UNPROCESSABLE,
        f"view.{rule}",
        phrase,
        code="too-long",
        location=place,
        place=place,
        limit=str(limit),
    )
