"""A day of a small hospital, with much disorder: nothing lost, and everybody where they are."""

from datetime import date

import pytest
from bench.hospital_day.balance import key_of, reckon
from bench.hospital_day.day import simulate
from bench.hospital_day.disorder import Fate, sendings
from bench.hospital_day.running import correct_left, replay_stopped, same_census
from bench.hospital_day.stays import Size

from hygie.bootstrap import open_house
from hygie.settings import Settings

SMALL = Size(inpatients=24, admissions=8, emergencies=14, consultations=4, merges=2, corrections=6)
SHARE = 0.08
TOGETHER = 40


@pytest.fixture(scope="module")
def day():
    return simulate(3, date(2026, 3, 10), 500, SMALL)


def test_the_simulator_contradicts_itself_nowhere(day):
    """A census that would never be right, because the truth is wrong."""
    for stay in day.stays:
        moments = [since for since, _ in stay.places]
        assert moments == sorted(moments)
    for hour in (1, 9, 17, 24):
        beds = [
            (bed.unit, bed.room, bed.bed)
            for stay in day.stays
            if (bed := stay.bed_at(day.begin.replace(hour=hour % 24))) and bed.room
        ]
        assert len(beds) == len(set(beds))


def batches(planned):
    """Of one channel each, in order; a message that is ruined ends its batch: its sender waits for
    the answer before sending it again."""
    raws: list[bytes] = []
    for one, following in zip(planned, [*planned[1:], None], strict=True):
        raws.append(one.raw)
        ends = following is None or following.channel != one.channel
        if ends or one.fate is Fate.RUINED or len(raws) == TOGETHER:
            yield one.channel, raws
            raws = []


async def test_a_small_day_in_disorder_comes_out_right(day, tmp_path):
    """A message lost, filed twice, or filed wrong; a patient in a bed where somebody else lies."""
    planned = sorted(sendings(day.messages, 3, SHARE), key=lambda one: one.moment)
    left = {key_of(one.raw): one.right for one in planned if one.fate is Fate.LEFT}
    async with open_house(Settings(data=tmp_path / "data")) as house:
        for system, raws in batches(planned):
            await house.gateway.receive_all(system, raws)
        assert await correct_left(house, left) == len(left)
        await replay_stopped(house)
        balance = await reckon(house, planned, left.values())
        assert (balance.lost, balance.twice, balance.swallowed) == (0, 0, 0)
        assert balance.unfiled == {}
        for hour in range(1, 25):
            assert await same_census(house, day, hour), hour
