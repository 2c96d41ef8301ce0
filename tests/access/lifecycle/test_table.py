"""Accounts as a list for spreadsheets."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.accounts import Standing
from hygie.access.lifecycle.ending import read_end, say_end
from hygie.access.lifecycle.table import decode_list, read_list, write_list
from hygie.access.model import Account
from hygie.limits.access import MAX_ACCOUNTS_FILE_BYTES, MAX_IMPORTED_ACCOUNTS
from hygie.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
HEAD = "compte;nom;rôle;unités;fin\r\n"


def account(**said: object) -> Standing:
    plain = {"name": "zoe", "display": "Zoé Blin", "role": "nurse", "created": NOW}
    return Standing(Account(**{**plain, **said}), "set", True, NOW, None)  # type: ignore[arg-type]


def test_what_is_written_reads_back() -> None:
    """Guards: a list that goes out and comes in, and changes accounts that nobody touched."""
    units = ("Location/2120", "urn:x|2100")
    end = datetime(2027, 3, 31, 22, tzinfo=UTC)
    one = account(display="=Zoé; Blin\n", units=units, until=end, national="810003456789")
    text = decode_list(write_list([one], PARIS))
    lines, faults = read_list(text, PARIS)
    assert not faults
    assert lines[0].name == "zoe"
    assert lines[0].said == {
        "display": "=Zoé; Blin", "role": "nurse", "practitioner": "", "national": "810003456789",
        "units": units, "specialty": "", "email": "", "until": end,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, delimiter: str) -> None:
    """Guards: accents of a list that was saved by a French spreadsheet."""
    raw = (HEAD + "Zoé.Blin;Zoé Blin;nurse;Location/1 Location/2;31/03/2027\r\n\r\n").replace(
        ";", delimiter
    )
    lines, faults = read_list(decode_list(raw.encode(encoding)), PARIS)
    assert not faults
    (line,) = lines
    assert (line.number, line.name) == (2, "zoé.blin")
    assert line.said["units"] == ("Location/1", "Location/2")
    assert say_end(line.said["until"], PARIS) == "2027-03-31"


NO_LISTS = (
    "", HEAD, "nom;role\na;b\n", "compte;compte\na;b\n", "compte;mot_de_passe\na;b\n",
    "x" * (MAX_ACCOUNTS_FILE_BYTES + 1), "compte\n" + "a\n" * (MAX_IMPORTED_ACCOUNTS + 1),
    'compte;nom\na;"b\n',
)  # fmt: skip


@pytest.mark.parametrize("text", NO_LISTS, ids=range(len(NO_LISTS)))
def test_what_is_no_list_is_refused_as_a_whole(text: str) -> None:
    """Guards: columns guessed at; a list without end."""
    with pytest.raises(Refused, match=r"accounts\."):
        read_list(text, PARIS)


def test_each_fault_is_told_with_its_line() -> None:
    """Guards: a list that is mended one refusal at a time."""
    text = HEAD + "a;A;nurse;;\nb;B;nurse\nc d;C;nurse;;\nA;A;nurse;;\ne;E;nurse;;demain\n"
    lines, faults = read_list(text, PARIS)
    assert [line.name for line in lines] == ["a"]
    assert [(fault.number, fault.issue.rule) for fault in faults] == [
        (3, "accounts.width"), (4, "access.name"), (5, "accounts.twice"), (6, "access.until"),
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Guards: a file that is something else, and an error of the program instead of a sentence."""
    with suppress(Refused):
        read_list(HEAD + text, PARIS)


@given(st.integers(0, 3_000_000_000))
def test_an_end_reads_back(seconds: int) -> None:
    """Guards: an account that ends a day sooner each time that a list goes out and comes in."""
    until = datetime.fromtimestamp(seconds, UTC)
    assert read_end(say_end(until, PARIS), PARIS) == until
