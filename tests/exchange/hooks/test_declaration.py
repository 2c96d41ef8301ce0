"""Guards aides.toml: what would send too much, or to nobody knows whom, stops the start."""

from pathlib import Path

import pytest
from tests.rights import open_rights

from hygie.exchange.hooks.declaration import read_services
from hygie.refusal import Refused

GOOD = """
[[service]]
name = "interactions"
title = "Interactions"
url = "https://aide.example/cds-services/interactions"
scopes = "patient/Patient.r patient/Observation.s?category=laboratory"
roles = ["physician"]
[service.prefetch]
patient = "Patient/{{context.patientId}}"
results = "Observation?patient={{context.patientId}}"
"""


def declare(data: Path, text: str) -> None:
    (data / "aides.toml").write_text(text, "utf-8")


def test_a_declaration_is_read(tmp_path: Path) -> None:
    """Guards: a service that is declared, and never asked."""
    assert read_services(tmp_path, open_rights()) == ()
    declare(tmp_path, GOOD)
    (one,) = read_services(tmp_path, open_rights())
    assert (one.name, one.roles) == ("interactions", ("physician",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://aide", "http://aide"),
        ("interactions\"\ntitle", "A B\"\ntitle"),
        ("\"Interactions\"", "\"\""),
        ("[\"physician\"]", "[]"),
        ("[\"physician\"]", "[\"king\"]"),
        ("patient/Patient.r ", "user/Patient.r "),
        ("patient/Patient.r ", ""),
        ("Observation.s", "Observation.r"),
        ("Patient/{{context.patientId}}", "Patient/{{context.orders}}"),
        ("Patient/{{context.patientId}}", "https://x.example/Patient/1"),
        ("roles", "role"),
        ("[[service]]", "[[service"),
    ],
)  # fmt: skip
def test_a_doubtful_one_stops_the_start(tmp_path: Path, old: str, new: str) -> None:
    """Guards: data sent beyond what was agreed, in clear, or for a role that was misspelt."""
    assert old in GOOD
    declare(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(Refused):
        read_services(tmp_path, open_rights())


def test_names_are_used_once_and_there_are_not_many(tmp_path: Path) -> None:
    """Guards: traces that do not tell which of two was sent the data."""
    declare(tmp_path, GOOD * 2)
    with pytest.raises(Refused, match="names"):
        read_services(tmp_path, open_rights())
    many = "".join(GOOD.replace("interactions", f"i{n}", 1) for n in range(9))
    declare(tmp_path, many)
    with pytest.raises(Refused, match="services"):
        read_services(tmp_path, open_rights())
    declare(tmp_path, "#" * 70_000)
    with pytest.raises(Refused, match="size"):
        read_services(tmp_path, open_rights())
