"""Guards against an adaptation that changes what it was not meant for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.parse import parse, serialise
from hygie.intake.adapting.compiling import compile_set
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|GAM|CH|HYGIE|SI|20260110||ADT^A02|1|P|2.5"


def compiled(*changes):
    texts = (f'[[change]]\nid = "c{n}"\nwhy = "test"\n{one}\n' for n, one in enumerate(changes))
    return compile_set(("title = 't'\n" + "".join(texts)).encode(), "essai")


def adapted(change, *lines):
    """The lines as they become, and what fired."""
    changes = [change] if isinstance(change, str) else change
    message = parse("\r".join([HEADER, *lines]).encode())
    done = compiled(*changes).adapt(message)
    assert message.segments == parse("\r".join([HEADER, *lines]).encode()).segments
    return serialise(done.message).split("\r")[1:-1], done.fired


@pytest.mark.parametrize(
    ("change", "line", "becomes"),
    [
        ('set = "PV1-2"\nvalue = "I"', "PV1|1", "PV1|1|I"),
        ('set = "PV1-2"\nvalue = "A|B^C"', "PV1|1|X~Y", "PV1|1|A\\F\\B\\S\\C~Y"),
        ('set = "PV1-3.4.2"\nvalue = "1.2"', "PV1|1||2110^12", "PV1|1||2110^12^^&1.2"),
        ('set = "PV1-10"\nfrom = "PV1-3.1"', "PV1|1||2110^12", "PV1|1||2110^12|||||||2110"),
        ('set = "PV1-4"\nfrom = "PV1-3"', "PV1|1||a^b~c", "PV1|1||a^b~c|a^b~c"),
        ('set = "PV1-5"\nfrom = ["PV1-3.1", "PV1-3.2"]\njoin = "/"', "PV1|||a^b", "PV1|||a^b||a/b"),
        ('set = "PV1-2"\ncodes = {H = "I"}', "PV1||H~X~H", "PV1||I~X~I"),
        ('set = "PV1-2"\ncodes = {H = "I"}\nunknown = "drop"', "PV1||H~X", "PV1||I~"),
        ('set = "PV1-3.3"\nextract = "LIT ([0-9]+)"', "PV1|||a^b^LIT 7", "PV1|||a^b^7"),
        ('set = "PV1-3.3"\nextract = "LIT ([0-9]+)"', "PV1|||a^b^BOX", "PV1|||a^b^BOX"),
        ('set = "PV1-3.1"\nextract = "0+$"\nreplace = ""', "PV1|||2100", "PV1|||21"),
        ('set = "PV1-3.1"\nextract = "(.)-(.)"\nreplace = "\\\\2\\\\1"', "PV1|||a-b", "PV1|||ba"),
        ('set = "PV1-3.1"\nsplit = "-"\npart = 2', "PV1|||a - b - c", "PV1|||b"),
        ('set = "PV1-3.1"\nsplit = "-"\npart = 9', "PV1|||a-b", "PV1|||a-b"),
        ('set = "PV1-3.1"\ncase = "upper"', "PV1|||abé^x", "PV1|||ABÉ^x"),
        ('drop = "PV1-3.2"', "PV1|||a^b^c~d^e", "PV1|||a^^c~d^"),
        ('drop = "PV1-3"', "PV1|||a^b^c~d^e|R", "PV1|||~|R"),
        ('set = "PV1-2"\nvalue = "I"\nwhen = "PV1-2 empty"', "PV1||O", "PV1||O"),
        ('set = "PV1-3.1"\ncase = "upper"\nwhen = "PV1-3.2 = x"', "PV1|||a^x~b^y", "PV1|||A^x~b^y"),
        ('set = "PV1-2"\nvalue = "I"\nwhen = "event in A01"', "PV1||O", "PV1||O"),
    ],
)
def test_a_change_does_what_it_says_and_no_more(change, line, becomes):
    """A value in the wrong repetition, a separator that cuts a field in two."""
    lines, fired = adapted(change, line)
    assert lines == [becomes]
    assert fired == (("c0",) if line != becomes else ())


def test_segments_are_added_renamed_and_taken_away():
    """A segment of a sender's own that nobody reads, or one that is lost with it."""
    lines, _ = adapted('set = "PV2-3.2"\nfrom = "ZPV-1"', "ZPV|toux", "PV1|1")
    assert lines == ["ZPV|toux", "PV1|1", "PV2|||^toux"]
    lines, _ = adapted('rename = "ZNK"\nto = "NK1"\nwhen = "ZNK-1 = 1"', "ZNK|1|A", "ZNK|2|B")
    assert lines == ["NK1|1|A", "ZNK|2|B"]
    lines, _ = adapted('drop = "OBX"\nwhen = "OBX-1 = 2"', "OBX|1|A", "OBX|2|B", "OBX|3|C")
    assert lines == ["OBX|1|A", "OBX|3|C"]


def test_each_change_sees_what_those_before_it_made():
    """An order of rules that makes no difference, until the day it does."""
    lines, fired = adapted(
        ['set = "PV1-2"\ncodes = {H = "I"}', 'set = "PV1-4"\nvalue = "R"\nwhen = "PV1-2 = I"'],
        "PV1||H",
    )
    assert (lines, fired) == (["PV1||I||R"], ("c0", "c1"))


def test_a_code_that_is_not_translated_may_be_refused_at_its_place():
    """A class nobody knows, filed as another."""
    with pytest.raises(Refused) as caught:
        adapted('set = "PV1-2"\ncodes = {H = "I"}\nunknown = "refuse"', "PV1||H~Q")
    assert caught.value.refusal.issues[0].location == "PV1-2[2]"


def test_places_are_those_of_the_message_that_came():
    """A reason in quarantine that points at another segment than the sender wrote."""
    message = parse(f"{HEADER}\rOBX|1|A\rOBX|2|B".encode())
    done = compiled('drop = "OBX"\nwhen = "OBX-1 = 1"').adapt(message).message
    assert done.require("OBX").place(2) == "OBX[2]-2"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ('value = "x"', "set | drop | rename"),
        ('set = "PV1-2"\ndrop = "PV1-3"', "set | drop | rename"),
        ('set = "PV1-2"', "value | from"),
        ('set = "PV1-2"\nvalue = "a"\nfrom = "PV1-3"', "value | from"),
        ('set = "PV1"\nvalue = "a"', "PV1"),
        ('set = "MSH-10"\nvalue = "a"', "MSH-10"),
        ('set = "MSH-18"\nvalue = "a"', "MSH-18"),
        ('set = "PID-32"\nvalue = "VALI"', "PID-32"),
        ('drop = "MSH"', "MSH"),
        ('rename = "ZXX"\nto = "nk1"', "nk1"),
        ('drop = "PV1-2"\nvalue = "x"', "drop"),
        ('set = "PV1-2"\nextract = "(a"', "extract"),
        ('set = "PV1-2"\nextract = "(?=a)b"', "extract"),
        ('set = "PV1-2"\nreplace = "a"\ncase = "upper"', "replace"),
        ('set = "PV1-2"\nsplit = "-"', "part"),
        ('set = "PV1-2"\nvalue = "a"\nwhen = "PV1-2 ~ b"', "PV1-2 ~ b"),
    ],
)
def test_a_faulty_change_is_refused_with_its_line_and_its_reason(change, told):
    """Half a set applied: messages changed in a way nobody declared."""
    with pytest.raises(Refused) as caught:
        compiled('set = "PV1-2"\nvalue = "x"', change)
    [issue] = caught.value.refusal.issues
    assert issue.rule == "adaptation.wrong"
    assert told in issue.text("fr")
    assert "ligne 7" in issue.text("fr")


def test_all_faults_of_a_set_are_told_together():
    """A technician who mends one line a day."""
    with pytest.raises(Refused) as caught:
        compiled('set = "PV1-2"', 'drop = "MSH"', 'set = "PV1-2"\nvalue = "x"')
    assert len(caught.value.refusal.issues) == 2
    with pytest.raises(Refused) as caught:
        compile_set(b"title = 't'\n[[change]]\nid = ]\n", "essai")
    assert "line 3" in caught.value.refusal.issues[0].text("fr")


def test_a_pattern_made_to_take_for_ever_takes_no_time():
    """A feed stopped by one expression and one unlucky value."""
    lines, _ = adapted('set = "PV1-3"\nextract = "(a+)+$"', "PV1|||" + "a" * 50_000 + "b")
    assert lines[0].endswith("ab")


odd = st.text(st.sampled_from("ab^~&|\\é\"' "), max_size=12)


@given(odd, odd, st.integers(1, 5), st.integers(0, 3))
def test_what_is_written_is_read_back_and_the_rest_stays(before, text, number, component):
    """A value that breaks the fields beside it."""
    line = "ZZZ|" + "|".join(["a^b~c", before.replace("|", ""), "x", "y", "z"])
    place = f"ZZZ-{number}" + (f".{component}" if component else "")
    message = parse(f"{HEADER}\r{line}".encode())
    change = f"set = {place!r}\nvalue = '''{text.replace(chr(39), '')}'''"
    after = compiled(change).adapt(message).message.segments[1]
    again = parse(serialise(compiled(change).adapt(message).message).encode()).segments[1]
    assert again.fields == after.fields
    assert again.text(number, component or 1) == text.replace("'", "").replace('""', '""') or (
        text.strip("'") == '""'
    )
    for other in {1, 2, 3, 4, 5} - {number}:
        assert after.raw(other) == message.segments[1].raw(other)
