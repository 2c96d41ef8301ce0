"""Codes that change every thirty seconds."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from hygie.access.factors.totp import PERIOD_SECONDS, address, matched, new_secret, remembered

RFC_6238 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""Its test vectors' secret, in base32."""


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_the_published_codes_are_taken() -> None:
    """Guards: codes that no application makes (RFC 6238, appendix B, six digits)."""
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert matched(RFC_6238, code, (), at(seconds)) == seconds // PERIOD_SECONDS


@given(st.integers(10**9, 4 * 10**9), st.integers(-600, 600))
def test_drift_is_bounded(seconds: int, off: int) -> None:
    """Guards: codes good for minutes; and telephones a few seconds off, kept out."""
    secret = RFC_6238
    code = TOTP(secret).at(seconds + off)
    steps = abs((seconds + off) // PERIOD_SECONDS - seconds // PERIOD_SECONDS)
    near = {TOTP(secret).at(seconds + 30 * k) for k in (-1, 0, 1)}
    assert (matched(secret, code, (), at(seconds)) is not None) == (steps <= 1 or code in near)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_no_code_is_taken_twice_however_the_clock_jumps(moments: list[int]) -> None:
    """Guards: a code read over a shoulder, used again; after a clock was set back too."""
    used: tuple[int, ...] = ()
    taken = []
    for moment in moments:
        seconds = 10**9 + moment * 15
        step = matched(RFC_6238, TOTP(RFC_6238).at(seconds), used, at(seconds))
        if step is not None:
            taken.append(step)
            used = remembered(used, step)
    assert len(taken) == len(set(taken))


def test_a_clock_that_was_ahead_keeps_nobody_out() -> None:
    """Guards: an owner locked out until the clock catches up with a mistake of its own."""
    ahead = 10**9 + 86_400
    step = matched(RFC_6238, TOTP(RFC_6238).at(ahead), (), at(ahead))
    assert step
    used = remembered((), step)
    assert matched(RFC_6238, TOTP(RFC_6238).at(10**9), used, at(10**9))


@given(st.text(max_size=12))
def test_nothing_else_is_a_code(typed: str) -> None:
    """Guards: digits of other alphabets, signs and blanks read as a code."""
    step = matched(RFC_6238, typed, (), at(59))
    assert step is None or "".join(c for c in typed if c.isdigit()) in {
        TOTP(RFC_6238).at(59 + 30 * k) for k in (-1, 0, 1)
    }


def test_before_time_began_there_are_codes_too() -> None:
    """Guards: a page that breaks on a machine without a clock."""
    assert matched(RFC_6238, TOTP(RFC_6238).at(0), (), at(0)) == 0


def test_an_application_is_told_whose_code_it_is() -> None:
    """Guards: entries that nobody can tell apart on a telephone."""
    secret = new_secret()
    assert address(secret, "claire.morel") == (
        f"otpauth://totp/Hygie:claire.morel?secret={secret}&issuer=Hygie"
    )
