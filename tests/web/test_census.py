"""Guards the page of who is present: patients shown where they are, to who may see them."""

import pytest
from tests.web.conftest import Entrance, Page


async def test_units_and_who_is_in_them(enter: Entrance) -> None:
    """A patient in a unit that the page does not show, or shown without a way to the record."""
    browser = await enter("physician")
    text = (await browser.get("/presents")).text
    units = [a["href"] for a in Page(text).all("a") if a.get("href", "").startswith("/presents?")]
    assert units
    inside = (await browser.get(units[0])).text
    assert [a for a in Page(inside).all("a") if a.get("href", "").startswith("/patients/")]
    assert "ARCANGUES" in inside


@pytest.mark.parametrize("instant", ["1970-01-01T00:00", "x", "9999-12-31T23:59", ""])
async def test_any_instant_may_be_asked_for(enter: Entrance, instant: str) -> None:
    """A page that breaks on a date that somebody typed."""
    browser = await enter("physician")
    answer = await browser.get("/presents", params={"le": instant, "unite": "<b>"})
    assert answer.status_code == 200
    assert "<b>" not in answer.text


async def test_technicians_do_not_see_who_is_present(enter: Entrance) -> None:
    """Names of patients for who keeps the feeds alive."""
    assert (await (await enter("technician")).get("/presents")).status_code == 403
