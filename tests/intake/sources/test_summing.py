"""Guards the figures of a source that several processes serve."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.listening.gauge import Gauge
from hygie.intake.sources.state import SourceState
from hygie.intake.sources.summing import GONE, summed
from hygie.refusal import Issue, Phrase

ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["AA", "AE", "ok", "fatal-error"]), st.floats(0, 5), st.integers(0, 3)
    )
)
TROUBLE = Issue(code="exception", rule="x", phrase=Phrase("Panne.", "Broken."))


def gauged(answers) -> SourceState:
    gauge = Gauge("lab")
    for code, seconds, _ in answers:
        gauge.received(1, 10)
        gauge.answered(code, seconds, "rule")
    return gauge.state()


@given(ANSWERS)
def test_what_several_processes_count_is_what_one_would_have(answers) -> None:
    """A percentile that is the mean of four processes, and true of none."""
    parts = [gauged([one for one in answers if one[2] == part]) for part in range(4)]
    told, alone = summed(parts), gauged(answers)
    for field in ("received", "bytes", "answered", "minute", "p50_ms", "p99_ms", "last_refusal"):
        assert getattr(told, field) == getattr(alone, field)
    assert summed(parts[::-1]) == msgspec.structs.replace(told, answered=told.answered)


def test_a_process_that_is_gone_is_not_counted() -> None:
    """A worker that was killed: its requests under way stand on the page for ever."""
    state = gauged([("AA", 0.1, 0)])
    gone = msgspec.structs.replace(state, at=state.at - GONE, connections=7)
    assert summed([gone, state]) == state


def test_trouble_of_one_is_told() -> None:
    """One process in four that fails, and a page that says all is well."""
    well = gauged([])
    ill = msgspec.structs.replace(well, phase="failed", trouble=TROUBLE)
    assert (summed([well, ill]).phase, summed([well, ill]).trouble) == ("failed", TROUBLE)
