"""The files that resources carry."""

from base64 import b64encode
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hygie.scanning import embedded

FILE = {"contentType": "application/pdf", "data": b64encode(b"malware").decode()}
PLACES: list[dict[str, Any]] = [
    {"resourceType": "Binary", **FILE},
    {"resourceType": "DocumentReference", "content": [{"attachment": FILE}]},
    {"resourceType": "Patient", "photo": [FILE]},
    {"resourceType": "Observation", "extension": [{"url": "urn:x", "valueAttachment": FILE}]},
    {"resourceType": "Observation", "contained": [{"resourceType": "Binary", **FILE}]},
    {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Binary", **FILE}}]},
]


def test_files_are_found_wherever_they_stand() -> None:
    """Guards: malware that comes in by another element than the usual one."""
    for resource in PLACES:
        (found,) = embedded(resource)
        assert found.content == b"malware"
        assert found.place.endswith("data")


@given(st.binary(min_size=1))
def test_a_file_is_found_however_its_base64_is_broken_up(content: bytes) -> None:
    """Guards: malware hidden in white space that readers skip and the scanner does not."""
    text = "\r\n ".join(b64encode(content).decode())
    assert [file.content for file in embedded({"data": text})] == [content]


def test_what_is_no_base64_is_looked_at_as_it_is() -> None:
    """Guards: a value that some reader decodes otherwise, let through unseen."""
    assert [file.content for file in embedded({"data": "A"})] == [b"A"]


def test_numbers_are_no_files() -> None:
    """Guards: every electrocardiogram sent to the scanner."""
    sampled = {"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 3 E"}
    assert not list(embedded({"resourceType": "Observation", "valueSampledData": sampled}))
