"""Guards the report: its page is self-contained and says what its JSON says."""

import re
from datetime import UTC, datetime

import msgspec
import pytest

from hygie.insight.quality.page import command_of, page_of, say_moment, say_share, verdict
from hygie.insight.quality.report import Asked, Example, Report, RuleCount, Totals, read_report
from hygie.insight.quality.trend import trend_of
from hygie.refusal import Refused, Severity

HOSTILE = '<script>alert(1)</script>" onload="x'


def rule(name: str, count: int = 1, severity: Severity = "error") -> RuleCount:
    return RuleCount(
        rule=name, severity=severity, code="value", count=count, files=1, resources=1,
        sources=(HOSTILE,), examples=(Example(file=HOSTILE, place=HOSTILE, text=HOSTILE),),
    )  # fmt: skip


def report(*rules: RuleCount, **changes: object) -> Report:
    errors = sum(one.count for one in rules if one.severity == "error")
    totals = Totals(files=1, resources=10, failing_resources=min(errors, 9), errors=errors)
    made = Report(
        made_at="2026-03-01T09:05:00+01:00", hygie="1", language="fr",
        asked=Asked(source=HOSTILE, profiles=(HOSTILE,), packages=("a b.tgz",)),
        totals=totals, rules=rules,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_received_is_text_and_nothing_is_fetched(language: str) -> None:
    """Guards: a report that runs what a message held, or tells a server that it was read."""
    made = report(rule("x", 3), rule("w", 2, "warning"), language=language)
    html = page_of(msgspec.structs.replace(made, trend=trend_of(made, (rule("y"),))))
    assert "<script" not in html
    assert 'onload="x' not in html
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", html)
    assert "default-src 'none'" in html
    assert f'lang="{language}"' in html


def test_a_report_without_anything_is_a_page() -> None:
    """Guards: a division by nothing."""
    empty = report(totals=Totals())
    assert verdict(empty) == ["Rien n’a été lu."]
    assert "<h1>" in page_of(empty)
    assert verdict(report())[0].startswith("Aucune erreur")


def test_the_verdict_says_what_to_mend_first() -> None:
    """Guards: a supplier who does not know where to begin."""
    assert verdict(report(rule("x")))[1].startswith("Une seule règle")
    said = verdict(report(rule("a", 90), rule("b", 9), rule("c", 1), rule("d", 1)))[1]
    assert "4 règles" in said
    assert "3 premières" in said
    assert "99 %" in said
    two = verdict(report(rule("a", 1), rule("b", 1)))
    assert "la première ôte 50 %" in two[1]


def test_counts_that_were_cut_are_said_to_be_minimums() -> None:
    """Guards: « 200 errors » said of a bundle that was given up after 200."""
    cut = report(rule("x", 200), rule("structure.more", 1, "information"))
    assert "minimums" in verdict(cut)[-1]
    assert "minimums" not in " ".join(verdict(report(rule("x", 200))))


def test_the_json_is_read_back() -> None:
    """Guards: a trend that cannot be made from what was written."""
    made = report(rule("x"), rule("y", 2, "warning"))
    assert read_report(msgspec.json.encode(made)) == made


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff", b'{"format":"other"}', b"[" * 99999])
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    """Guards: a crash on a file given by mistake."""
    with pytest.raises(Refused):
        read_report(raw)


def test_what_changed_is_told_rule_by_rule() -> None:
    """Guards: a rule that a supplier mended and that is still held against him."""
    before = report(rule("gone", 4), rule("same", 2), rule("fewer", 5), rule("more", 1))
    trend = trend_of(before, (rule("same", 2), rule("fewer", 3), rule("more", 7), rule("new", 1)))
    found = {change.rule: change.movement for change in trend.changes}
    assert found == {name: name for name in ("gone", "same", "fewer", "more", "new")}
    assert trend.changes[0].rule == "new"


def test_the_command_names_no_folder_of_this_machine() -> None:
    """Guards: paths of the establishment's machines sent outside."""
    assert command_of(report()).startswith("hygie validate --package 'a b.tgz' --profile ")


def test_numbers_are_never_rounded_to_all_or_nothing() -> None:
    """Guards: « 100 % » with one resource at fault, or « 0 % »."""
    assert [say_share(*pair) for pair in ((1, 1000), (999, 1000), (0, 5), (5, 5), (0, 0))] == [
        1, 99, 0, 100, 0,
    ]  # fmt: skip


def test_moments_are_written_as_readers_write_them() -> None:
    """Guards: dates of machines in a letter."""
    first = datetime(2026, 8, 1, 9, 5, tzinfo=UTC).isoformat()
    assert say_moment(first, "fr") == "1er août 2026 à 9 h 05"
    assert say_moment(first, "en") == "2026-08-01 09:05"
    assert say_moment("hier", "fr") == "hier"
