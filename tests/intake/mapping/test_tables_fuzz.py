"""Guards against a field that no sender should write, which stops the feed as a bug of Hygie's."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.codec import encode
from hygie.hl7v2.parse import parse
from hygie.intake.mapping.engine import Context, scope_of
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Refused

TABLES = shipped()
HEADER = "MSH|^~\\&|GAM|CH|HYGIE|CH|20260110120000||ADT^A28|1|P|2.5"
TEXTS = st.sampled_from(
    ["", '""', "X", "Y", "N", "1", "-3.5", "1e9", "20260110", "202601101200", "20260231",
     "99999999", "A^B^LN", "A&B&C^D&E", "^", "~", "a~b", "&", "\\T\\", "\\Xff\\",
     "<script>alert(1)</script>",
     "'; DROP TABLE x; --", "=1+1", "10^mL", "^^^^^^^^^^^^^^^^", "Q8H", "Q0H", "QD", "D7", "7ID",
     "é\u202e\x07", "0" * 400, "^^^202601120800^^S", "1^Q12H^D7"]
)  # fmt: skip


DRUGS = {"RXE": 27, "RXO": 20, "RXR": 6, "TQ1": 14, "ORC": 25}
"""What the functions of the drug tables read, which no row names."""


def segments_of(name: str) -> dict[str, int]:
    """Segment -> the last of its fields that the table reads."""
    read = dict(DRUGS) if name in ("RXE", "RXD") else {"OBX": 25}
    for row in TABLES.sources[name].row:
        for place in row.sources:
            segment, _, rest = place.partition("-")
            read[segment] = max(read.get(segment, 0), int(rest.split(".")[0]))
    return read


@pytest.mark.parametrize("name", TABLES.names())
@settings(max_examples=40)
@given(data=st.data())
def test_any_content_is_mapped_or_refused(name, data):
    """A crash, or an element that cannot be written."""
    lines = [HEADER]
    for segment, last in segments_of(name).items():
        fields = data.draw(st.lists(TEXTS, min_size=last, max_size=last))
        lines.append("|".join([segment, *fields]))
    message = parse("\r".join(lines).encode())
    context = Context(message, ZoneInfo("Europe/Paris"), lambda kind, key: "x", TABLES)
    with suppress(Refused):
        made = context.map(name, scope_of(*message.segments))
        encode({"resourceType": TABLES.sources[name].resource, **made})
