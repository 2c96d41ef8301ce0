"""Guards against a value that lands in the wrong element, and a table that nobody could trust."""

from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions.registry import r4
from hygie.hl7v2.parse import parse
from hygie.intake.mapping.engine import Context, Tables, scope_of
from hygie.intake.mapping.engine.model import CodeList, read_table
from hygie.intake.mapping.engine.rules import Surroundings
from hygie.intake.mapping.shipped import CONVERSIONS, shipped
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|GAM|CH|HYGIE|CH|2026||ADT^A28|1|P|2.5"
LISTS = {
    "strict": CodeList(title="HL7 0001", unknown="refuse", rule="test.code", codes={"M": "male"}),
    "open": CodeList(title="HL7 0001", unknown="keep", codes={"M": "male"}),
}


def tables(*rows, resource="Patient"):
    """One table, named T, of rows written as TOML without id and reason."""
    text = "".join(f'[[row]]\nid = "r{n}"\nwhy = "test"\n{row}\n' for n, row in enumerate(rows))
    table = read_table(f'resource = "{resource}"\ntitle = "t"\nsource = "s"\n{text}', "T")
    return Tables({"T": table}, Surroundings(CONVERSIONS, LISTS, r4()))


def mapped(compiled, *lines):
    message = parse("\r".join([HEADER, *lines]).encode())
    context = Context(message, ZoneInfo("Europe/Paris"), "{}-{}".format, compiled)
    return context.map("T", scope_of(*message.segments[1:]))


def test_the_tables_that_are_shipped_can_be_used():
    """A release whose first message fails on a table."""
    assert "PID" in shipped().names()


def test_every_repetition_makes_an_item_and_a_condition_is_of_each():
    """A birth place filed as an address, or a second address lost."""
    made = mapped(
        tables('from = "PID-11"\nto = "address[]"\nas = "address"\nwhen = "PID-11.7 != BDL"'),
        "PID|" + "|" * 10 + 'a^^PARIS^^^^H~b^^LYON^^^^BDL~""~c^^LILLE',
    )
    assert [item["city"] for item in made["address"]] == ["PARIS", "LILLE"]


def test_the_first_source_with_a_value_wins_and_lists_take_all():
    """A fallback that overwrites what is known better."""
    alternatives = 'from = ["PID-2", "PID-4"]\nto = "%s"\nas = "%s"'
    one = tables(alternatives % ("birthDate", "date"))
    assert mapped(one, "PID||2020||2021")["birthDate"] == "2020"
    assert mapped(one, "PID||||2021")["birthDate"] == "2021"
    every = tables(alternatives % ("identifier[]", "entity"))
    assert mapped(every, "PID||1||2")["identifier"] == [{"value": "1"}, {"value": "2"}]


def test_parts_of_one_item_come_from_several_rows():
    """A contact whose telephone is that of another contact."""
    compiled = tables(
        'from = "NK1-2"\nto = "contact[0].name"\nas = "name"',
        'from = "NK1-5"\nto = "contact[0].telecom[]"\nas = "telecom"',
        'from = "NK1-3"\nto = "contact[0].relationship[]"\nas = "concept"',
    )
    [contact] = mapped(compiled, "NK1|1|ROY^LUC||||", "NK1|2|||^PRN^PH")["contact"]
    assert contact == {"name": {"family": "ROY", "given": ["LUC"]}}


def test_constants_are_never_shared_between_messages():
    """A code added to one patient's record that appears in the next one's."""
    compiled = tables(
        'from = "PID-2"\nto = "identifier[]"\nas = "entity"\nbeside = {type = {coding = []}}',
        'to = "maritalStatus"\nvalue = {coding = []}',
        'from = "PID-9"\nto = "communication[0].language"\nas = "concept"\ndefault = {coding = []}',
    )
    first, second = (mapped(compiled, "PID||1") for _ in range(2))
    assert first["identifier"] == [{"type": {"coding": []}, "value": "1"}]
    first["identifier"][0]["type"]["coding"].append("x")
    first["maritalStatus"]["coding"].append("x")
    first["communication"][0]["language"]["coding"].append("x")
    assert second == mapped(compiled, "PID||1")
    assert second["maritalStatus"] == {"coding": []}


def test_a_code_that_is_not_listed_is_refused_at_its_place_or_kept():
    """A status that nobody understood, filed as final."""
    strict = tables('from = "PID-8"\nto = "gender"\nas = "code"\ncodes = "strict"')
    assert mapped(strict, "PID||||||||m")["gender"] == "male"
    with pytest.raises(Refused) as caught:
        mapped(strict, "PID||||||||X")
    [issue] = caught.value.refusal.issues
    assert (issue.rule, issue.location) == ("test.code", "PID-8")
    assert "X" in issue.text("fr")
    kept = tables('from = "PID-8"\nto = "gender"\nas = "code"\ncodes = "open"')
    assert mapped(kept, "PID||||||||X")["gender"] == "X"


def test_a_default_stands_only_where_nothing_was_said():
    """A default that hides what the sender wrote."""
    compiled = tables('from = "PID-24"\nto = "active"\nas = "yes"\ndefault = true')
    assert mapped(compiled, "PID|" + "|" * 23 + "N") == {"active": False}
    assert mapped(compiled, "PID|") == {"active": True}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("PID-8 = F", True),
        ("PID-8 != F", False),
        ("PID-8 in M F", True),
        ("PID-8 not-in M F", False),
        ("PV1-2 present", True),
        ("PV1-3 empty", True),
        ("event = A28", True),
        ("type in ORU MDM", False),
        ("MSH-12 = 2.5", True),
        ("PID-3.4.2 = 1.2", True),
    ],
)
def test_conditions_read_the_place_they_name(condition, holds):
    """A row that applies to messages it was not meant for."""
    compiled = tables(f'to = "active"\nvalue = true\nwhen = "{condition}"')
    made = mapped(compiled, "PID|||1^^^A&1.2&ISO|||||F", "PV1||I")
    assert made == ({"active": True} if holds else {})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('from = "PID-0"\nto = "active"', "PID-0"),
        ('from = "pid 3"\nto = "active"', "pid 3"),
        ('from = "PID-3"\nto = "activ"', "activ"),
        ('from = "PID-3"\nto = "name"\nas = "name"', "[]"),
        ('from = "PID-3"\nto = "birthDate[]"\nas = "date"', "0..1"),
        ('from = "PID-3"\nto = "address[]"\nas = "name"', "HumanName"),
        ('from = "PID-3"\nto = "active"\nas = "magic"', "magic"),
        ('from = "PID-3.1"\nto = "address[]"\nas = "address"', ".1"),
        ('from = "PID-3"\nto = "gender"\nas = "code"', "codes"),
        ('from = "PID-3"\nto = "gender"\nas = "code"\ncodes = "none"', "none"),
        ('from = "PID-3"\nto = "birthDate"\nas = "date"\nsystem = "x"', "system"),
        ('to = "active"', "value"),
        ('to = "active"\nvalue = true\nwhen = "PID-3 like X"', "like"),
        ('to = "active"\nvalue = true\nwhen = "PID-3 ="', "PID-3 ="),
        ('to = "active"\nvalue = true\nsometimes = 1', "sometimes"),
        ('to = "active\nvalue = true', "line"),
    ],
)
def test_a_faulty_row_is_refused_by_its_name(row, told):
    """A typing error that silently maps nothing, found by nobody."""
    with pytest.raises(Refused) as caught:
        tables(row)
    [issue] = caught.value.refusal.issues
    assert issue.rule == "mapping.table"
    assert told in issue.text("fr")


def test_an_id_stands_once():
    """An overlay that changes another row than was meant."""
    with pytest.raises(Refused):
        read_table(
            'resource = "Patient"\ntitle = ""\nsource = ""\n'
            + '[[row]]\nid = "a"\nto = "active"\nvalue = true\nwhy = "x"\n' * 2,
            "T",
        )


def test_what_the_sender_deletes_and_what_a_choice_replaces_is_told():
    """A patient that stays dead by the other form of the same element."""
    pid = parse(f'{HEADER}\rPID|{"|" * 10}""|||||||||||||||||||N'.encode()).segments[1]
    scope = scope_of(pid)
    made = {"deceasedBoolean": False}
    assert shipped().cleared("PID", scope, made) == {"address", "deceasedDateTime"}
