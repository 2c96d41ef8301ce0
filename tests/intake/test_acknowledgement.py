"""Guards against senders told that something was filed when it was not, and the reverse."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.parse import parse
from hygie.intake import Receipt, acknowledgement
from hygie.intake.acknowledgement import accept_acknowledgement
from hygie.intake.heading import read_heading
from hygie.refusal import Issue, Phrase

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
RAW = "MSH|^~\\&|GAM|CH|HYGIE|SI|2026||ADT^A01|C^1|P|2.5^FRA^2.11|||||FRA|{}\rPID|1\r"
PHRASE = Phrase("Raison | ^ é", "Reason")


def issue(rule, location=""):
    return Issue(code="value", rule=rule, phrase=PHRASE, location=location)


def answer(receipt):
    return parse(acknowledgement(RAW.format("UNICODE UTF-8").encode(), receipt, NOW))


@pytest.mark.parametrize(
    ("state", "answered", "rule", "code"),
    [
        ("filed", "filed", "", "AA"),
        ("received", "received", "", "AA"),
        ("duplicate", "filed", "", "AA"),
        ("duplicate", "quarantined", "identity.conflict", "AE"),
        ("quarantined", "quarantined", "identity.conflict", "AE"),
        ("quarantined", "quarantined", "event.unknown", "AR"),
        ("quarantined", "quarantined", "hl7.version", "AR"),
        ("refused", "refused", "intake.unsupported-kind", "AR"),
    ],
)
def test_the_code_tells_what_became_of_the_message(state, answered, rule, code):
    """A sender that forgets a message nobody filed, or sends for ever one that was."""
    issues = (issue(rule),) if rule else ()
    message = answer(Receipt(id=7, state=state, answered=answered, issues=issues))
    msa = message.require("MSA")
    assert (msa.text(1), msa.raw(2)) == (code, "C^1")
    assert msa.text(3) == (rule or ("intake.received" if state == "received" else ""))


def test_sender_and_receiver_change_places():
    """An acknowledgement that goes to nobody."""
    header = answer(Receipt(id=7, state="filed")).header
    assert [header.text(number) for number in (3, 4, 5, 6)] == ["HYGIE", "SI", "GAM", "CH"]
    assert (header.raw(9), header.raw(12), header.text(17)) == (
        "ACK^A01^ACK",
        "2.5^FRA^2.11",
        "FRA",
    )


def test_the_place_and_the_sentence_are_in_err():
    """A refusal that the sender's technician cannot act on; or one that breaks the message."""
    receipt = Receipt(id=7, state="quarantined", issues=(issue("hl7.time", "PID-3[2].1"),))
    err = answer(receipt).require("ERR")
    assert err.raw(2) == "PID^1^3^2^1"
    assert err.text(3) == "102"
    assert (err.text(4), err.text(8)) == ("E", "Raison | ^ é")


def test_it_is_written_in_the_sender_s_character_set():
    """A French sentence that the sender reads garbled."""
    raw = RAW.format("8859/1").encode("latin-1")
    sent = acknowledgement(raw, Receipt(id=7, state="quarantined", issues=(issue("x"),)), NOW)
    assert "é".encode("latin-1") in sent


@given(st.binary(max_size=120))
def test_whatever_comes_gets_an_answer_that_can_be_read(garbage):
    """A listener that dies of answering garbage."""
    receipt = Receipt(id=0, state="refused", issues=(issue("intake.unsupported-kind"),))
    for raw in (garbage, b"MSH|^~\\&|" + garbage):
        sent = acknowledgement(raw, receipt, NOW)
        assert sent.startswith(b"MSH")
        assert b"AR" in sent


@pytest.mark.parametrize(
    ("version", "type_", "err"),
    [
        ("2.1", "ACK", "PID^1^3^102&Data type error&HL70357"),
        ("2.2", "ACK^A01", "PID^1^3^102&Data type error&HL70357"),
        ("2.3.1", "ACK^A01^ACK", "PID^1^3^102&Data type error&HL70357"),
        ("2.4", "ACK^A01^ACK", "PID^1^3^102&Data type error&HL70357"),
        ("2.5", "ACK^A01^ACK", ""),
        ("2.8", "ACK^A01^ACK", ""),
    ],
)
def test_the_answer_is_in_the_version_of_the_question(version, type_, err):
    """An old system that cannot read its acknowledgement, and sends the message for ever."""
    raw = RAW.replace("2.5^FRA^2.11", version).format("").encode()
    receipt = Receipt(id=7, state="quarantined", issues=(issue("hl7.time", "PID-3.1"),))
    sent = parse(acknowledgement(raw, receipt, NOW))
    assert (sent.header.raw(9), sent.header.raw(12)) == (type_, version)
    assert sent.require("ERR").raw(1) == err


@pytest.mark.parametrize("version", ["2.3", "2.5"])
def test_a_message_that_waits_is_not_called_wrong(version):
    """A sender that stops, or sends again, because the database was away for a minute."""
    raw = RAW.replace("2.5^FRA^2.11", version).format("").encode()
    sent = parse(acknowledgement(raw, Receipt(id=7, state="received"), NOW))
    assert sent.require("MSA").text(1) == "AA"
    assert [err.text(4) for err in sent.all("ERR")] == (["I"] if version == "2.5" else [])


def enhanced(accept, application):
    filled = RAW.replace("|||||FRA", f"|||{accept}|{application}|FRA").format("")
    return read_heading(filled.encode())


@pytest.mark.parametrize(
    ("accept", "application", "told"),
    [
        ("AL", "AL", {"CA", "CR", "AA", "AE"}),
        ("AL", "NE", {"CA", "CR"}),
        ("NE", "AL", {"AA", "AE"}),
        ("ER", "SU", {"CR", "AA"}),
        ("SU", "ER", {"CA", "AE"}),
        ("AL", "", {"CA", "CR"}),
        ("NE", "NE", set()),
        ("", "", {"AA", "AE"}),
    ],
)
def test_only_the_answers_that_are_asked_for_are_sent(accept, application, told):
    """A sender that takes the second answer for that of its next message."""
    heading = enhanced(accept, application)
    wants = {code for code in ("CA", "CR") if heading.wants_accept(code)}
    wants |= {code for code in ("AA", "AE") if heading.wants_application(code)}
    assert wants == told


@pytest.mark.parametrize(
    ("state", "rule", "code"),
    [
        ("received", "", "CA"),
        ("quarantined", "hl7.version", "CR"),
        ("quarantined", "intake.control-id-reused", "CA"),
        ("duplicate", "", "CA"),
        ("refused", "intake.empty", "CR"),
    ],
)
def test_the_reception_tells_only_what_it_knows(state, rule, code):
    """A message called safe that is not kept; one called unfit that a person will mend."""
    issues = (issue(rule),) if rule else ()
    receipt = Receipt(id=7, state=state, issues=issues)
    sent = parse(accept_acknowledgement(enhanced("AL", "AL"), receipt, NOW))
    assert sent.require("MSA").text(1) == code
    assert (sent.header.text(10), sent.header.text(15)) == ("HYGIE7C", "NE")
