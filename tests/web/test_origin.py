"""Guards the way from a value of a record to the message that said it."""

from tests.web.conftest import Entrance, Page, Site, plain

RAW = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A28^ADT_A05|{control}|P|2.5^FRA^2.11\r"
    "EVN||20261122080000\r"
    "PID|1||{ipp}^^^CH&1.2.3&ISO^PI||{name}^Zelie^^^^^L||19810203|F\rPV1|1|N\r"
)


async def _patient(site: Site, control: str, ipp: str, name: str) -> str:
    raw = RAW.format(control=control, ipp=ipp, name=name)
    receipt = await site.gateway.receive("origine", raw.encode())
    assert receipt.state == "filed"
    return (await site.gateway.entry(receipt.id)).subject


async def test_a_value_leads_to_its_message(site: Site, enter: Entrance) -> None:
    """« Who says that she was born in 1981? » in one click, whole, with its fields named."""
    patient = await _patient(site, "O1", "70800001", "TILLEUL")
    browser = await enter("physician")
    answer = await browser.get(f"/patients/{patient.partition('/')[2]}/origine/{patient}")
    text = plain(answer.text)
    assert answer.status_code == 200
    assert "1 message" in text
    assert "TILLEUL^Zelie" in text
    assert "Noms du patient" in text


async def test_pages_of_the_record_lead_there(enter: Entrance) -> None:
    """A way that nobody finds is none."""
    browser = await enter("physician")
    for page in ("chronologie", "sejours", "documents/d-cda", "resultats/r-2823-3-5"):
        links = Page((await browser.get(f"/patients/aubin/{page}")).text).all("a")
        ways = [a["href"] for a in links if a.get("class", "").startswith("origin")]
        assert ways, page
        answer = await browser.get(ways[0])
        assert answer.status_code == 200
        assert "aucun message" in plain(answer.text)


async def test_a_message_of_another_is_not_shown(site: Site, enter: Entrance) -> None:
    """An address made of two patients must not open the other's message."""
    one = await _patient(site, "O2", "70800002", "AUBEPINE")
    other = await _patient(site, "O3", "70800003", "SUREAU")
    browser = await enter("physician")
    answer = await browser.get(f"/patients/{one.partition('/')[2]}/origine/{other}")
    assert "SUREAU" not in answer.text
    technician = await enter("technician")
    path = f"/patients/{one.partition('/')[2]}/origine/{one}"
    assert (await technician.get(path)).status_code == 403
    assert (await browser.get(path.replace("/Patient/", "/Nobody/"))).status_code == 404
