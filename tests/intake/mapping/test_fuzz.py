"""Guards against a feed stopped by one odd message: mapping refuses, it never fails."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator
from hygie.hl7v2.parse import parse
from hygie.identity.patient import new_patient
from hygie.intake.mapping import documents, results
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.movement import read_change
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.results import Bearer
from hygie.intake.mapping.shipped import shipped
from hygie.intake.mapping.visit import require_visit
from hygie.intake.stays.encounter import fact_with, revise
from hygie.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
BEARER = Bearer("Patient/p", "Encounter/e")


def cells(name, **fields):
    """cells("PID", f3="1") -> "PID|||1"."""
    given = {int(key[1:]): value for key, value in fields.items()}
    return "|".join([name, *(given.get(number, "") for number in range(1, max(given) + 1))])


ADT = "\n".join([
    "MSH|^~\\&|GAM|CH|HYGIE|SI|20260110||ADT^A02|1|P|2.5",
    cells("EVN", f2="20260110120000", f6="20260110120000"),
    cells(
        "PID",
        f3="8001^^^CH&1.2.3&ISO^PI~276037510669326^^^INS&1.2.250.1.213.1.4.10&ISO^INS",
        f5="MARTIN^ANNE^ANNE LUCIE^^^^L~DUPONT^^^^^^D", f7="19760302", f8="F",
        f11="1 rue^^LYON^^69001^FRA^H~^^^^^^BDL^^75106", f13="^PRN^PH^^33^4^72", f16="M",
        f18="A1^^^CH^AN", f24="N", f25="1", f29="20260111", f30="Y", f32="VALI",
    ),
    cells(
        "PV1", f2="I", f3="2110^12^1^CH", f4="R", f6="2100^1^1",
        f7="810^ROY^LUC^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^RPPS", f14="8", f19="V1^^^CH^VN", f36="8",
        f44="202601100800", f45="202601120800",
    ),
    "ZBE|M1^CH^1.2.6^ISO|20260110120000||INSERT|N||U^^^^^&1.2.5&ISO^UF^^^2110|||HMS",
])  # fmt: skip
ORU = """MSH|^~\\&|SIL|LABO|HYGIE|SI|20260110||ORU^R01|1|P|2.5
PID|||8001^^^CH&1.2.3&ISO^PI||MARTIN^ANNE^^^^^L||19760302|F
OBR|1|P1^DPI|F1^SIL|58410-2^NFS^LN|||20260110080000|||||||||||||||20260110100000||LAB|F
NTE|1|L|note
OBX|1|NM|718-7^Hb^LN||13.2|g/dL^g/dL^UCUM|12-16|L|||F|||20260110080000||M1^ROY
OBX|2|SN|2345-7^Glu^LN|1|<^5.5|mmol/L|>3|||N|P
OBX|3|CE|600-7^Culture^LN||112283007^E. coli^SCT||||||C
OBX|4|ED|11502-2^CR^LN||SIL^Application^PDF^Base64^JVBERi0xLjcK||||||F
TXA|1|18748-4|TEXT|202601101200|||20260110||ROY^LUC|||D2|D1||||LA|||||81^ROY"""


def run(message):
    """Everything that is mapped from such a message, as resources."""
    person = read_person(message, PARIS)
    yield new_patient(person)
    context = Context(message, PARIS, lambda *key: str(abs(hash(key))), shipped())
    if message.type == "ADT":
        visit = require_visit(context)
        change = read_change(message, PARIS, lambda *key: str(abs(hash(key))))
        yield from change.resources
        fact = fact_with(change.fact, visit.elements)
        yield revise({}, {"resourceType": "Encounter"}, visit.elements, fact)
        return
    masks = documents.masks_of(message.all("OBX"))
    for group in results.groups(message):
        yield from results.report(group, BEARER, context)
        for found in documents.of_group(
            group, masks, BEARER, PARIS, lambda *key: str(abs(hash(key)))
        ):
            yield found.reference
            yield found.binary
    list(documents.of_notification(context, BEARER))


@pytest.mark.parametrize("text", [ADT, ORU])
def test_the_messages_themselves_are_mapped_to_valid_resources(text):
    """A mapping that only works because nobody validates what it makes."""
    for resource in run(parse(text.encode())):
        assert base_validator().validate(resource) == []


odd = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "",
            '""',
            "^",
            "~",
            "&",
            "^^^&&",
            "~~^",
            "\\",
            "\\F\\",
            "^^^^^^^^^^^^",
            "0",
            "-1",
            "9" * 40,
        ]
    ),
)


@settings(max_examples=300)
@given(st.sampled_from([ADT, ORU]), st.data())
def test_one_odd_field_is_mapped_or_refused(text, data):
    """A KeyError, IndexError or ValueError that a sender can provoke; or an issue without words."""
    lines = [line.split("|") for line in text.split("\n")]
    line = data.draw(st.integers(1, len(lines) - 1))
    field = data.draw(st.integers(1, len(lines[line]) - 1))
    lines[line][field] = data.draw(odd)
    raw = "\r".join("|".join(cells) for cells in lines).encode()
    with suppress(Refused):
        for resource in run(parse(raw)):
            for issue in base_validator().validate(resource):
                assert issue.text("fr")


@settings(max_examples=150)
@given(st.sampled_from([ADT, ORU]), st.data())
def test_segments_left_out_or_twice_are_mapped_or_refused(text, data):
    """A message of another order than expected that stops the feed."""
    lines = text.split("\n")
    order = data.draw(st.lists(st.integers(1, len(lines) - 1), max_size=12))
    raw = "\r".join([lines[0], *(lines[number] for number in order)]).encode()
    with suppress(Refused):
        list(run(parse(raw)))
