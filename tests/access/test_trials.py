"""Trials: the table of cases beside the rights."""

from pathlib import Path

import msgspec
import pytest

from hygie.access.rights import shipped
from hygie.access.trials import Trial, check_trials, read_trials
from hygie.refusal import Refused

RIGHT = (
    Trial(role="nurse", action="r", type="Observation", relation="team", expect="permit"),
    Trial(role="nurse", action="r", type="Observation", expect="deny"),
    Trial(role="nurse", action="r", type="Observation", relation="break-glass", expect="permit"),
    Trial(role="patient", action="r", type="Observation", relation="self", expect="permit"),
    Trial(role="administrator", action="read_record", expect="deny"),
    Trial(role="auditor", action="read_audit", expect="permit"),
    Trial(
        role="nurse",
        action="r",
        type="Observation",
        relation="team",
        purpose="HRESCH",
        expect="deny",
    ),
)


def test_what_comes_out_as_written_passes() -> None:
    """Guards: a table that refuses rights that are as they should be."""
    check_trials(RIGHT, shipped())


@pytest.mark.parametrize("index", range(len(RIGHT)))
def test_what_comes_out_otherwise_is_named(index: int) -> None:
    """Guards: a table of cases that never fails."""
    other = "deny" if RIGHT[index].expect == "permit" else "permit"
    wrong = [*RIGHT]
    wrong[index] = msgspec.structs.replace(RIGHT[index], expect=other)
    with pytest.raises(Refused) as refused:
        check_trials(tuple(wrong), shipped())
    (issue,) = refused.value.refusal.issues
    assert (issue.rule, issue.location) == ("rights.trial", f"trial[{index}]")
    assert RIGHT[index].role in issue.text("fr")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "ghost", "action": "read_record"},
        {"role": "nurse", "action": "fly"},
        {"role": "nurse", "action": "r"},
        {"role": "nurse", "action": "r", "type": "Nonsense"},
        {"role": "nurse", "action": "read_record", "type": "Patient"},
    ],
)
def test_a_case_about_nothing_is_refused(fields: dict[str, str]) -> None:
    """Guards: a word misspelt whose case "denies" for ever."""
    with pytest.raises(Refused, match=r"rights\.trial-shape"):
        check_trials((Trial(**fields, expect="deny"),), shipped())


def test_the_file_is_read(tmp_path: Path) -> None:
    """Guards: a table that is there, and is not read."""
    assert read_trials(tmp_path) == ()
    text = '[[trial]]\nrole = "nurse"\naction = "read_record"\nexpect = "deny"\n'
    (tmp_path / "droits.essais.toml").write_text(text, "utf-8")
    with pytest.raises(Refused, match=r"rights\.trial"):
        check_trials(read_trials(tmp_path), shipped())
