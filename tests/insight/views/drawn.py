"""Views of patients, and patients, drawn at random."""

from typing import Any

from hypothesis import strategies as st

from hygie.insight.views import View, read_view

Json = dict[str, Any]
EACH = {
    "Patient": {"name": "Name", "contact": "Contact", "telecom": "Telecom", "address": "Address"},
    "Contact": {"telecom": "Telecom", "name": "Name", "%resource.name": "Name"},
    "Name": {"given": "Text", "$this": "Name", "period": "Period"},
    "Address": {"line": "Text", "period": "Period"},
    "Telecom": {"$this": "Telecom"},
    "Period": {},
    "Text": {},
}
COLUMNS = {
    "Patient": ["id", "gender", "birthDate", "name.given.first()", "name.given.first() & '-'"],
    "Contact": ["name.family", "gender", "telecom.first().value", "%resource.id"],
    "Name": ["family", "use", "given[1]", "period.start", "given.where($this > 'b').first()"],
    "Address": ["city", "line.first()", "period.end", "text"],
    "Telecom": ["value", "system", "use", "'x' & value"],
    "Period": ["start", "end", "start.toString()", "'y'"],
    "Text": ["$this", "length().toString()", "substring(0, 1)", "$this"],
}


@st.composite
def selects(draw: st.DrawFn, context: str, level: int, width: int) -> Json:
    """A select that yields `width` columns of text, so that it may be a branch of a union."""
    found: Json = {}
    ways = sorted(EACH[context])
    if ways and draw(st.booleans()):
        path = draw(st.sampled_from(ways))
        found[draw(st.sampled_from(["forEach", "forEachOrNull"]))] = path
        context = EACH[context][path]
    own = draw(st.integers(0, width)) if level else width
    left = width - own
    if own:
        paths = st.sampled_from([*COLUMNS[context], "%rowIndex.toString()"])
        found["column"] = [{"name": "?", "path": draw(paths)} for _ in range(own)]
    if left and draw(st.booleans()):
        branches = st.lists(selects(context, level - 1, left), min_size=1, max_size=3)
        found["unionAll"] = draw(branches)
    elif left:
        half = draw(st.integers(1, left))
        widths = [half, left - half] if left > half else [half]
        found["select"] = [draw(selects(context, level - 1, w)) for w in widths]
    return found


def named(select: Json, start: int = 0) -> int:
    """Gives columns their names: by their place, so that branches of a union agree."""
    place = start
    for each in select.get("column", []):
        each["name"] = f"c{place}"
        place += 1
    for inner in select.get("select", []):
        place = named(inner, place)
    ends = [named(branch, place) for branch in select.get("unionAll", [])]
    return ends[0] if ends else place


_TEXTS = st.sampled_from(["a", "b", "c", "é"])
_PERIOD = st.fixed_dictionaries({}, optional={"start": st.just("2020"), "end": st.just("2021-02")})
_NAME = st.fixed_dictionaries(
    {},
    optional={
        "family": _TEXTS,
        "use": st.just("usual"),
        "given": st.lists(_TEXTS, min_size=1, max_size=2),
        "period": _PERIOD,
    },
)
_TELECOM = st.fixed_dictionaries({}, optional={"value": _TEXTS, "system": st.just("phone")})
_ADDRESS = st.fixed_dictionaries(
    {}, optional={"city": _TEXTS, "line": st.lists(_TEXTS, max_size=2), "period": _PERIOD}
)
_CONTACT = st.fixed_dictionaries(
    {}, optional={"name": _NAME, "telecom": st.lists(_TELECOM, max_size=2)}
)
_PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.just("p")},
    optional={
        "gender": st.just("male"),
        "birthDate": st.just("1980-01-01"),
        "name": st.lists(_NAME, max_size=3),
        "telecom": st.lists(_TELECOM, max_size=2),
        "address": st.lists(_ADDRESS, max_size=2),
        "contact": st.lists(_CONTACT, max_size=2),
    },
)


def patients() -> st.SearchStrategy[Json]:
    return _PATIENTS


@st.composite
def views(draw: st.DrawFn) -> View:
    """Selects, unions and loops in one another, up to eight columns of text."""
    parts = draw(st.lists(selects("Patient", 3, 4), min_size=1, max_size=2))
    start = 0
    for part in parts:
        start = named(part, start)
    return read_view({"resource": "Patient", "select": parts})
