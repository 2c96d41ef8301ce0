"""Guards the browser of messages: found by what one knows, explained, and shown to who may see."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.messaging.conftest import made, observation, patient
from tests.web.conftest import Entrance, Page, Site, plain, token_of

from hygie.web.present.explained import explain
from hygie.web.present.hl7 import read_message
from hygie.web.present.masking import masked, shape

RAW = (
    "MSH|^~\\&|LABO|CH|HYGIE|CH|20261122||ORU^R01|42|P|2.5\r"
    "PID|1||80412377^^^CH&1.2.3&ISO^PI~277^^^ASIP^INS||ESCALIER^Paul^^^^^L||19810230|M\r"
    "OBX|1|NM|K^Potassium^L||4.1||||||F\r"
)
ADT = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A28^ADT_A05|{control}|P|2.5^FRA^2.11\r"
    "EVN||20261122080000\r"
    "PID|1||70500001^^^CH&1.2.3&ISO^PI||{name}^Zelie^^^^^L||19810203|F\r"
    "PV1|1|N\r"
)


def fields(raw: str, **options: Any) -> dict[str, Any]:
    """Place -> field, of a message as its page shows it."""
    explained = explain(read_message(raw.encode()), **options)
    return {f"{s.code}-{f.number}": f for s in explained.segments for f in s.fields}


def test_a_field_is_named_and_taken_apart() -> None:
    """« 80412377^^^CH&1.2.3&ISO^PI » must not need the standard beside it."""
    found = fields(RAW)
    assert found["PID-3"].name == "Identifiants du patient"
    parts = {(part.label, part.text, part.meaning) for part in found["PID-3"].parts}
    assert ("3[1].5 Type d’identifiant", "PI", "IPP") in parts
    assert ("3[1].4 Autorité", "CH & 1.2.3 & ISO", "") in parts
    assert [part.meaning for part in found["PID-8"].parts] == ["Masculin"]
    assert [part.meaning for part in found["OBX-11"].parts] == ["Final"]


def test_what_changed_is_marked() -> None:
    """Two versions of one stay look alike: the eye does not find the field that differs."""
    previous = read_message(RAW.replace("19810230", "19810203").replace("|M\r", "||X\r").encode())
    explained = explain(read_message(RAW.encode()), previous=previous)
    changed = {
        f"{s.code}-{f.number}": f.was
        for s in explained.segments for f in s.fields if f.was is not None
    }  # fmt: skip
    assert changed == {"PID-7": "19810203", "PID-8": "", "PID-9": "X"}
    assert (explained.changes, explained.gone) == (3, ())
    fewer = read_message(RAW[: RAW.index("OBX")].encode())
    assert explain(read_message(RAW.encode()), previous=fewer).segments[-1].new
    assert explain(fewer, previous=read_message(RAW.encode())).gone == ("OBX",)


def test_who_may_not_see_sees_shapes() -> None:
    """The pages of flows must not be a way into records."""
    hidden = fields(RAW, hidden=True)
    assert hidden["PID-5"].text == "xxxxxxxx^xxxx^^^^^x"
    assert hidden["PID-7"].text == "00000000"
    assert hidden["MSH-9"].text == "ORU^R01"
    assert (hidden["OBX-2"].text, hidden["OBX-5"].text) == ("NM", "0.0")
    said = " ".join(part.text for field in hidden.values() for part in field.parts)
    assert "ESCALIER" not in said
    assert "80412377" not in said
    previous = read_message(RAW.replace("Paul", "Pauline").encode())
    assert "Pauline" not in str(fields(RAW, previous=previous, hidden=True))


@given(st.text(max_size=40), st.integers(1, 60))
def test_a_mask_lets_no_letter_through(text: str, number: int) -> None:
    """One field that is forgotten gives the name away."""
    assert not any(one.isalnum() and one not in "x0" for one in shape(text))
    assert masked("PID", number, text) == shape(text)
    assert masked("", 0, text) == shape(text)


@given(st.binary(max_size=300), st.binary(max_size=300), st.booleans())
def test_anything_can_be_explained(raw: bytes, other: bytes, hidden: bool) -> None:
    """Quarantine holds what no parser understood: its page must not break on it."""
    explain(read_message(b"MSH|" + raw), previous=read_message(other), hidden=hidden)


async def _search(enter: Entrance, **typed: str) -> tuple[int, str]:
    browser = await enter("technician")
    token = token_of((await browser.get("/messages")).text)
    answer = await browser.post("/messages", data={"jeton": token, **typed})
    return answer.status_code, answer.text


def _rows(text: str) -> list[str]:
    links = [a.get("href", "") for a in Page(text).all("a")]
    return [link for link in links if link.startswith("/messages/")]


@pytest.fixture(scope="module")
def receipts() -> dict[str, int]:
    return {}


async def _filed(site: Site, receipts: dict[str, int]) -> dict[str, int]:
    """Two messages about one patient, once."""
    for control, name in () if receipts else (("MB1", "BRUYERE"), ("MB2", "BRUYERE-LUNE")):
        raw = ADT.format(control=control, name=name).encode()
        receipt = await site.gateway.receive("carnet", raw)
        assert receipt.state == "filed", receipt
        receipts[control] = receipt.id
    return receipts


async def test_messages_are_found_by_patient(
    site: Site, enter: Entrance, receipts: dict[str, int]
) -> None:
    """« Nothing of Mrs B. arrived »: the technician must be able to tell."""
    known = await _filed(site, receipts)
    wanted = [f"/messages/{known[name]}" for name in ("MB2", "MB1")]
    assert _rows((await _search(enter, identifiant="70500001"))[1]) == wanted
    found = await _search(enter, nom="Bruyère", naissance="03/02/1981")
    assert _rows(found[1]) == wanted
    assert _rows((await _search(enter, identifiant="70500001", etat="quarantined"))[1]) == []
    assert _rows((await _search(enter, source="carnet", evenement="ADT^*"))[1]) == wanted
    for typed in ({"nom": "Bruyère"}, {"identifiant": "nobody"}, {"naissance": "99/99/1999"}):
        code, text = await _search(enter, **typed)
        assert code == 422
        assert "alert" in text


async def test_periods_are_checked(enter: Entrance) -> None:
    """A mistyped day must not look like a day without messages."""
    assert (await _search(enter, depuis="2026-13-45"))[0] == 422
    assert (await _search(enter, depuis="2026-11-02", jusqua="2026-11-01"))[0] == 422
    assert _rows((await _search(enter, depuis="2020-01-01", jusqua="2020-01-02"))[1]) == []


async def test_a_filed_message_keeps_its_secret(
    site: Site, enter: Entrance, receipts: dict[str, int]
) -> None:
    """In no view, in no part of the page, and not through what it is compared with."""
    known = await _filed(site, receipts)
    browser = await enter("technician")
    for view in ("", "texte", "differences"):
        answer = await browser.get(f"/messages/{known['MB2']}", params={"vue": view})
        assert answer.status_code == 200
        for secret in ("BRUYERE", "LUNE", "70500001", "19810203", "Zelie"):
            assert secret not in answer.text, (view, secret)
    text = plain((await browser.get(f"/messages/{known['MB2']}?vue=differences")).text)
    assert "2 différences" in text
    assert f"message {known['MB1']}" in text
    page = plain((await browser.get(f"/messages/{known['MB2']}")).text)
    assert "1 patient" in page
    assert "Noms du patient" in page


async def test_a_fhir_message_is_told_by_its_head(site: Site, enter: Entrance) -> None:
    """A filed message of which the technician sees nothing; or the patient, too."""
    sent = made(patient("FHIR7001", name=[{"family": "CACHEE"}]), observation("FO7"), number="FM7")
    sent["entry"][0]["resource"]["source"]["name"] = "<b>labo</b>"
    receipt = await site.gateway.receive("carnet-fhir", json.dumps(sent).encode())
    assert receipt.state == "filed", receipt.issues
    browser = await enter("technician")
    text = (await browser.get(f"/messages/{receipt.id}")).text
    for secret in ("CACHEE", "FHIR7001", "1976", "<b>labo"):
        assert secret not in text, secret
    page = plain(text)
    for said in ("FHIR, message observation-provide", "1 patient", "ok, le message est traité"):
        assert said in page, said
    listed = (await _search(enter, evenement="message^*", source="carnet-fhir"))[1]
    assert _rows(listed) == [f"/messages/{receipt.id}"]


async def test_searches_are_traced(site: Site, enter: Entrance) -> None:
    """Looking for somebody's messages is looking at somebody."""
    await _search(enter, identifiant="70500001")
    (latest, *_) = await site.ledger.for_actor("technician", 3)
    assert latest.entry.detail.startswith("inbox")
    assert latest.entry.patient


HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE hygie.inbox;--=HYPERLINK(1)"


async def test_hostile_text_is_inert(site: Site, enter: Entrance) -> None:
    """A field is text, whatever it says, on every view of the message."""
    name = HOSTILE.replace("&", "")
    raw = ADT.format(control="HOSTILE", name=name).replace("19810203", "19810230")
    receipt = await site.gateway.receive("carnet", raw.encode())
    assert receipt.state == "quarantined"
    browser = await enter("technician")
    for path in (f"/messages/{receipt.id}", f"/quarantaine/{receipt.id}", "/messages"):
        for view in ("", "?vue=texte", "?vue=differences"):
            text = (await browser.get(path + view)).text
            assert "<img" not in text
            assert Page(text).all("img") == []
    assert "DROP TABLE" in plain((await browser.get(f"/messages/{receipt.id}")).text)


def test_the_browser_of_messages_names_no_patient_in_an_address() -> None:
    """Addresses are kept by browsers and proxies: what is looked for is posted."""
    templates = Path(__file__).parents[2] / "src/hygie/web/templates"
    text = (templates / "messages.html").read_text("utf-8")
    assert 'method="get"' not in text
    assert text.count('hx-push-url="false"') == text.count("<form")
