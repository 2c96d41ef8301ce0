"""What a patient said of bris de glace, read as intake files it."""

from typing import Any

import pytest

from hygie.access.glass import opposed

CASES = [
    ([], set()),
    ([("opposed-break-glass", False)], set()),
    ([("opposed-break-glass", True)], {"continuity", "other"}),
    ([("opposed-emergency-centre", True)], {"regulation"}),
    ([("opposed-break-glass", True), ("opposed-emergency-centre", True)],
     {"continuity", "other", "regulation"}),
    ([("opposed-break-glass", "Y")], set()),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "reasons"), CASES)
def test_each_opposition_takes_its_reasons(parts: list[tuple[str, Any]], reasons: set[str]) -> None:
    """Guards: an opposition that is filed and never read; or a life that it lets go."""
    said = [{"url": url, "valueBoolean": value} for url, value in parts]
    patient = {"extension": [{"url": "urn:other"}, {"url": "urn:hygie:dmp", "extension": said}]}
    assert opposed(patient) == reasons
    assert opposed({}) == frozenset()


def test_another_extension_says_nothing_of_it() -> None:
    """Guards: the same word of another guide taken for an opposition."""
    said = [{"url": "opposed-break-glass", "valueBoolean": True}]
    assert opposed({"extension": [{"url": "urn:other", "extension": said}]}) == frozenset()
