"""Guards against an adaptation that nobody applies, or that changes what was received."""

from datetime import date

import pytest

from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.adapting import NOTHING, Adaptations
from hygie.store.interactions import Repository

PHONE = "ZPI|^PRN^PH^^^^^^^^^0102030405"
SET = """title = "t"
[[change]]
id = "telephone"
why = "w"
set = "PID-13"
from = "ZPI-1"
"""


@pytest.fixture
def adapting(store, tmp_path):
    """A gateway whose source `gam` adapts by the set `gam`, and `lost` by one that is not there."""
    (tmp_path / "adaptations").mkdir()
    (tmp_path / "adaptations" / "gam.toml").write_text(SET)
    sets = Adaptations(tmp_path)

    async def of(source):
        return sets.named(source) if source in ("gam", "lost") else NOTHING

    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    repository = Repository(store, standards.under(""), standards.under)
    return Gateway(store, repository, Identity(store), adaptation=of)


async def test_the_patient_is_as_adapted_and_the_message_as_it_came(
    adapting, write, everything, context
):
    """What the sender wrote replaced by what somebody made of it."""
    raw = write("ADT^A28", extra=[PHONE])
    receipt = await adapting.receive("gam", raw)
    assert receipt.state == "filed"
    [patient] = await everything("Patient")
    assert patient["telecom"][0]["value"] == "0102030405"
    assert (await adapting.entry(receipt.id, context)).content == raw.rstrip(b"\r")


async def test_other_sources_are_not_adapted(adapting, write, everything):
    """One sender's habit read into another's messages."""
    await adapting.receive("other", write("ADT^A28", extra=[PHONE]))
    [patient] = await everything("Patient")
    assert "telecom" not in patient


async def test_a_source_whose_set_is_lost_waits_in_quarantine(adapting, write, everything):
    """Messages filed as they must not be, because a file was moved."""
    receipt = await adapting.receive("lost", write("ADT^A28"))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "adaptation.unknown")
    assert await everything("Patient") == []


async def test_a_dry_run_tells_which_changes_fired(adapting, write, context):
    """A rule that changes messages and that nobody finds."""
    raw = write("ADT^A28", extra=[PHONE])
    trial = await adapting.try_out("gam", raw, context)
    assert (trial.state, trial.adaptations) == ("filed", ("telephone",))
