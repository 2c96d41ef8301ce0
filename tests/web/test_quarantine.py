"""Guards the repair of messages: what is corrected is what was meant, and nothing is lost by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import Entrance, Page, Site, plain, token_of

from hygie.refusal import Refused
from hygie.web.present.editing import as_text, with_field, with_text

RAW = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A28^ADT_A05|{control}|P|2.5^FRA^2.11{charset}\r"
    "EVN||20261122080000\r"
    "PID|1||{ipp}^^^CH&1.2.3&ISO^PI||FRÊNE^Zoé^^^^^L||{birth}|F\r"
    "PV1|1|N\r"
)


def raw(control: str, ipp: str = "70700001", birth: str = "19810230", charset: str = "") -> str:
    return RAW.format(control=control, ipp=ipp, birth=birth, charset=charset)


def test_one_field_changes_and_nothing_else() -> None:
    """A correction that moves a separator makes another fault elsewhere."""
    for charset, encoding in (("", "utf-8"), ("||||||8859/15", "iso8859-15")):
        text = raw("C", charset=charset)
        changed = with_field(text.encode(encoding), "PID-7", "19810203")
        assert changed == text.replace("19810230", "19810203").rstrip().encode(encoding)
    framed = b"\x0b" + raw("C").replace("\r", "\r\n").encode() + b"\x1c\r"
    assert with_field(framed, "MSH-10", "D").decode().startswith("MSH|^~\\&|GAM|CH|HYGIE|CH|2026")
    assert b"|D|P|" in with_field(framed, "MSH-10", "D")
    assert (
        with_field(raw("C").encode(), "PV1-19", "V1").decode().endswith("PV1|1|N" + "|" * 17 + "V1")
    )
    two = raw("C") + "OBX|1|ST|A||x\rOBX|2|ST|B||y\r"
    assert with_field(two.encode(), "OBX[2]-5", "z").decode().endswith("B||z")


@pytest.mark.parametrize("place", ["ZZZ-1", "PID", "Patient.name", "OBX[9]-5", ""])
def test_a_field_that_is_not_there_is_refused(place: str) -> None:
    """A correction written nowhere must not look done."""
    with pytest.raises(Refused):
        with_field(raw("C").encode(), place, "x")


def test_a_character_the_message_cannot_hold_is_refused() -> None:
    """An accent turned into a question mark is a wrong name."""
    with pytest.raises(Refused):
        with_field(raw("C", charset="||||||8859/1").encode("latin-1"), "PID-5", "Łódź")


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30))
def test_a_new_value_makes_no_new_segment(value: str) -> None:
    """A line break pasted with the value must not cut the message."""
    before = raw("C").encode()
    assert len(with_field(before, "PID-5", f"{value}\nPV1|x").splitlines()) == 4


@given(st.text(max_size=200))
def test_text_that_is_not_touched_is_the_same_message(tail: str) -> None:
    """Opening the text and saving it must be refused as unchanged, not filed as another."""
    lines = [line for line in tail.replace("\r", "\n").split("\n") if line.strip()]
    message = (raw("C") + "".join(f"NTE|1||{' '.join(line.split())}\r" for line in lines)).encode()
    assert with_text(message, as_text(message).replace("\n", "\r\n")) == message.rstrip(b"\r")


async def _stopped(site: Site, control: str, ipp: str) -> int:
    receipt = await site.gateway.receive("frene", raw(control, ipp).encode())
    assert receipt.state == "quarantined"
    return receipt.id


async def _post(enter: Entrance, page: str, path: str, **fields: str) -> tuple[int, str, str]:
    browser = await enter("technician")
    token = token_of((await browser.get(page)).text)
    answer = await browser.post(path, data={"jeton": token, **fields})
    return answer.status_code, answer.text, answer.headers.get("location", "")


async def test_a_field_is_corrected_by_its_name(site: Site, enter: Entrance) -> None:
    """The daily gesture: a date that does not exist, mended, filed, and its original kept."""
    entry = await _stopped(site, "Q1", "70700011")
    page, path = f"/quarantaine/{entry}", f"/messages/{entry}/correction"
    browser = await enter("technician")
    shown = (await browser.get(page)).text
    assert any(o.get("value") == "PID-7" and "selected" in o for o in Page(shown).all("option"))
    fields = {"maniere": "champ", "champ": "PID-7", "valeur": "19810203"}
    code, text, _ = await _post(enter, page, path, **fields)
    assert code == 422
    assert "Dites pourquoi" in plain(text)
    code, _, to = await _post(enter, page, path, motif="date relue sur la pièce", **fields)
    assert code == 303
    corrected = int(to.rpartition("/")[2])
    assert (await site.gateway.entry(corrected)).state == "filed"
    first = await site.gateway.entry(entry)
    assert first.state == "corrected"
    assert first.content == raw("Q1", "70700011").rstrip().encode()
    said = plain((await browser.get(f"/messages/{entry}")).text)
    assert "date relue sur la pièce" in said
    assert f"message {corrected}" in said
    assert f"Corrige le message {entry}" in plain((await browser.get(to)).text)


async def test_a_message_is_put_aside_and_taken_back(site: Site, enter: Entrance) -> None:
    """What one person discards by mistake, another finds again."""
    entry = await _stopped(site, "Q2", "70700012")
    page = f"/quarantaine/{entry}"
    assert (await _post(enter, page, f"/messages/{entry}/ecart"))[0] == 422
    assert (await _post(enter, page, f"/messages/{entry}/ecart", motif="essai"))[0] == 303
    assert (await site.gateway.entry(entry)).state == "discarded"
    assert (await _post(enter, page, f"/messages/{entry}/reprise"))[0] == 303
    assert (await site.gateway.entry(entry)).state == "quarantined"
    acts = await site.gateway.corrections.acts(entry)
    assert [act.name for act in acts] == ["discarded", "taken-back"]


async def test_several_are_chosen_at_once(site: Site, enter: Entrance) -> None:
    """Ticking fifty boxes, and one of them is what is done."""
    entries = [await _stopped(site, f"Q3{n}", f"7070002{n}") for n in range(3)]
    ticked = {f"message-{entry}": "oui" for entry in entries[:2]}
    path = "/quarantaine/choix"
    assert "Cochez" in plain((await _post(enter, "/quarantaine", path, action="rejouer"))[1])
    code, text, _ = await _post(enter, "/quarantaine", path, action="rejouer", **ticked)
    assert code == 200
    assert "2 rejoués, dont 0 classé" in plain(text)
    await _post(enter, "/quarantaine", path, action="ecarter", motif="doublons", **ticked)
    states = [(await site.gateway.entry(entry)).state for entry in entries]
    assert states == ["discarded", "discarded", "quarantined"]


async def test_quarantine_is_grouped_and_sifted(site: Site, enter: Entrance) -> None:
    """Five thousand messages of one cause are one line, not a hundred pages."""
    await _stopped(site, "Q4", "70700041")
    browser = await enter("technician")
    page = (await browser.get("/quarantaine")).text
    assert "hl7.time" in plain(page)
    fields = {"jeton": token_of(page), "regle": "hl7.time", "source": "frene"}
    text = plain((await browser.post("/quarantaine", data=fields)).text)
    assert "Tout montrer" in text
    assert "gam ·" not in text
    assert "frene ·" in text


async def test_all_of_a_rule_is_replayed_with_its_progress(site: Site, enter: Entrance) -> None:
    """After a mapping changed: one click, and one sees how far it is."""
    await _stopped(site, "Q5", "70700051")
    fields = {"regle": "hl7.time", "source": "frene"}
    path = "/quarantaine/rejeux"
    assert (await _post(enter, "/quarantaine", path, **fields))[0] == 422
    assert (await _post(enter, "/quarantaine", path, motif="x", depuis="x", **fields))[0] == 422
    assert (await _post(enter, "/quarantaine", path, motif="dates", **fields))[0] == 303
    browser = await enter("technician")
    live = (await browser.get(path)).text
    assert "en cours" in plain(live)
    assert "every 2s" in live
    await site.gateway.replaying.once()
    done = (await browser.get(path)).text
    assert "terminé" in plain(done)
    assert "every 2s" not in done


async def test_others_repair_nothing(site: Site, enter: Entrance) -> None:
    """Changing what is filed is the technician's job."""
    entry = await _stopped(site, "Q6", "70700061")
    browser = await enter("physician")
    token = token_of((await browser.get("/")).text)
    for path in (f"/messages/{entry}/correction", f"/messages/{entry}/ecart",
                 "/quarantaine/choix", "/quarantaine/rejeux"):  # fmt: skip
        answer = await browser.post(path, data={"jeton": token, "motif": "x"})
        assert answer.status_code == 403
