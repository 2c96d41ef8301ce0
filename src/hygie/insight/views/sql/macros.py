"""The words in which the statements of this room are written: macros, which DuckDB unfolds.

A macro is unfolded with its arguments wherever it names them; what names one often goes through a
list of one item, whose lambda names it instead.

`hygie_text`, `hygie_boolean`, `hygie_integer`, `hygie_decimal`: JSON of a primitive -> its value,
or NULL when it is of another kind. An integer is none when written `1.0` or `-0` (R4 §2.24.0.1, as
the codec reads numbers).

`hygie_number`: digits -> DECIMAL, exactly, or the end of the statement.

`hygie_first` and `hygie_last`: text of a date or dateTime -> the first and last microsecond of the
time it stands for, in universal time where its zone is known. `hygie_order`: -1, 0, 1 for before,
the same and after, NULL where that cannot be told (FHIRPath, Date/Time Comparison): beside a time
with a zone, a date stands for that day in all the zones there are, from +14:00 to -12:00.
"""

from typing import Final

from hygie.insight.views.sql.beyond import give_up

DAY: Final = r"\d{4}(-\d\d(-\d\d)?)?"
_SECONDS: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
CLOCK: Final = _SECONDS
INSTANT: Final = rf"\d{{4}}-\d\d-\d\dT{_SECONDS}(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)"
SHORT_NUMBER: Final = r"-?\d{1,20}(\.\d{1,10})?"
"""Numbers that arithmetic and comparison in SQL are exact for."""

_TEXT: Final = """CASE WHEN starts_with(leaf::VARCHAR, '"') THEN
    CASE WHEN contains(leaf::VARCHAR, '\\') THEN json_extract_string(leaf, '$')
    ELSE substring(leaf::VARCHAR, 2, length(leaf::VARCHAR) - 2) END END"""
_BOOLEAN: Final = "CASE leaf::VARCHAR WHEN 'true' THEN true WHEN 'false' THEN false END"
_INTEGER: Final = r"""CASE WHEN regexp_full_match(leaf::VARCHAR, '0|-?[1-9]\d*')
    THEN CAST(leaf::VARCHAR AS BIGINT) END"""
_DECIMAL: Final = rf"""CASE
    WHEN regexp_full_match(leaf::VARCHAR, '-?\d+(\.\d+)?') THEN leaf::VARCHAR
    WHEN regexp_full_match(leaf::VARCHAR, '-?\d.*') THEN {give_up("a number with an exponent")}
    END"""
_NUMBER: Final = f"""CASE WHEN digits IS NULL THEN NULL
    WHEN regexp_full_match(digits, '{SHORT_NUMBER}') THEN CAST(digits AS DECIMAL(38, 10))
    ELSE {give_up("a number of many digits")} END"""
_SHOWN: Final = f"""CASE WHEN starts_with(ltrim(digits, '-'), '0.000000')
    THEN {give_up("a number that Python writes with an exponent")} ELSE digits END"""
_NEGATIVE: Final = r"""CASE WHEN starts_with(digits, '-') THEN substring(digits, 2)
    WHEN regexp_full_match(digits, '[0.]*') THEN digits ELSE '-' || digits END"""
_DAY: Final = f"""CASE WHEN moment IS NULL OR regexp_full_match(moment, '{DAY}') THEN moment
    ELSE {give_up("a date with a time")} END"""
_FIRST: Final = f"""CASE WHEN moment IS NULL THEN NULL
    WHEN regexp_full_match(moment, '{DAY}')
    THEN CAST(moment || substring('-01-01', length(moment) - 3) AS TIMESTAMP)
    WHEN regexp_full_match(moment, '{INSTANT}')
    THEN CAST(CAST(moment AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)
    ELSE {give_up("a date or time of another precision")} END"""
_LAST: Final = """hygie_first(moment) + CASE length(moment)
    WHEN 4 THEN INTERVAL '1 year' - INTERVAL '1 microsecond'
    WHEN 7 THEN INTERVAL '1 month' - INTERVAL '1 microsecond'
    WHEN 10 THEN INTERVAL '1 day' - INTERVAL '1 microsecond'
    ELSE INTERVAL '0 day' END"""
_SPANS: Final = """[{
    one: hygie_first(pair.one), end_of_one: hygie_last(pair.one),
    other: hygie_first(pair.other), end_of_other: hygie_last(pair.other),
    unzoned: CASE WHEN (length(pair.one) <= 10) = (length(pair.other) <= 10) THEN 'both or none'
        WHEN length(pair.one) <= 10 THEN 'one' ELSE 'other' END}]"""
_PLACED: Final = """CASE span.unzoned
    WHEN 'one' THEN CASE WHEN span.end_of_one + INTERVAL '12 hours' < span.other THEN -1
        WHEN span.end_of_other < span.one - INTERVAL '14 hours' THEN 1 END
    WHEN 'other' THEN CASE WHEN span.end_of_one < span.other - INTERVAL '14 hours' THEN -1
        WHEN span.end_of_other + INTERVAL '12 hours' < span.one THEN 1 END
    ELSE CASE WHEN span.end_of_one < span.other THEN -1 WHEN span.end_of_other < span.one THEN 1
        WHEN span.one = span.other AND span.end_of_one = span.end_of_other THEN 0 END
    END"""
_ORDER: Final = f"""list_transform(
    [{{one: one, other: other}}],
    lambda pair: list_transform({_SPANS}, lambda span: {_PLACED})[1])[1]"""
_CLOCK: Final = f"""CASE WHEN clock IS NULL THEN NULL
    WHEN regexp_full_match(clock, '{CLOCK}') THEN CAST(clock AS TIME)
    ELSE {give_up("a time of another precision")} END"""
_MILLISECONDS: Final = r"left(regexp_extract({0}, '\.(\d+)', 1) || '{1}', 3)"


def _boundary_of_instant(day: str, rest: str, filling: str) -> str:
    fraction = _MILLISECONDS.format("moment", filling)
    zone = r"regexp_extract(moment, '(Z|[+-]\d\d:\d\d)$')"
    return f"""CASE WHEN length(moment) <= 10 THEN CAST(CAST({day} AS DATE) AS VARCHAR) || '{rest}'
        WHEN hygie_first(moment) IS NOT NULL
        THEN left(moment, 19) || '.' || {fraction} || {zone} END"""


def _boundary_of_time(filling: str) -> str:
    fraction = _MILLISECONDS.format("clock", filling)
    return f"""CASE WHEN hygie_clock(clock) IS NOT NULL
        THEN left(clock, 8) || '.' || {fraction} END"""


def _boundary_of_number(sign: str) -> str:
    halves = ", ".join(f"0.{'0' * places}5::DECIMAL(38, 10)" for places in range(8))
    half = f"[{halves}][length(split_part(digits, '.', 2)) + 1]"
    return f"""CASE WHEN digits IS NULL THEN NULL
        WHEN length(split_part(digits, '.', 2)) < 8
        THEN CAST(CAST(hygie_number(digits) {sign} {half} AS DECIMAL(38, 8)) AS VARCHAR)
        ELSE {give_up("a boundary of many digits")} END"""


_PLAIN: Final = "split_part(address, '/_history/', 1)"
_KEY: Final = f"nullif(regexp_extract({_PLAIN}, '/([^/]*)$', 1), '')"
_KEY_OF: Final = f"nullif(regexp_extract({_PLAIN}, '(^|/)' || wanted || '/([^/]*)$', 2), '')"
_SUBSTRING: Final = """CASE WHEN start >= 0 AND start < length(chars)
    THEN substring(chars, start + 1, greatest(size, 0)) END"""
_TO_INTEGER: Final = r"""CASE WHEN regexp_full_match(chars, '[+-]?\d+')
    THEN CAST(TRY_CAST(ltrim(chars, '+') AS INTEGER) AS BIGINT) END"""
_ONCE: Final = """list_filter(
    items, lambda item, place: list_position(items, item) = place)"""

MACROS: Final = (
    ("hygie_text(leaf)", _TEXT),
    ("hygie_boolean(leaf)", _BOOLEAN),
    ("hygie_integer(leaf)", _INTEGER),
    ("hygie_decimal(leaf)", _DECIMAL),
    ("hygie_number(digits)", _NUMBER),
    ("hygie_negative(digits)", _NEGATIVE),
    ("hygie_shown(digits)", _SHOWN),
    ("hygie_day(moment)", _DAY),
    ("hygie_first(moment)", _FIRST),
    ("hygie_last(moment)", _LAST),
    ("hygie_order(one, other)", _ORDER),
    ("hygie_clock(clock)", _CLOCK),
    ("hygie_low_date(moment)", "CAST(CAST(hygie_first(moment) AS DATE) AS VARCHAR)"),
    ("hygie_high_date(moment)", "CAST(CAST(hygie_last(moment) AS DATE) AS VARCHAR)"),
    (
        "hygie_low_instant(moment)",
        _boundary_of_instant("hygie_first(moment)", "T00:00:00.000+14:00", "000"),
    ),
    (
        "hygie_high_instant(moment)",
        _boundary_of_instant("hygie_last(moment)", "T23:59:59.999-12:00", "999"),
    ),
    ("hygie_low_time(clock)", _boundary_of_time("000")),
    ("hygie_high_time(clock)", _boundary_of_time("999")),
    ("hygie_low_number(digits)", _boundary_of_number("-")),
    ("hygie_high_number(digits)", _boundary_of_number("+")),
    ("hygie_key(address)", _KEY),
    ("hygie_key_of(address, wanted)", _KEY_OF),
    ("hygie_substring(chars, start, size)", _SUBSTRING),
    ("hygie_to_integer(chars)", _TO_INTEGER),
    ("hygie_once(items)", _ONCE),
)


def definitions() -> list[str]:
    """The statements that define them, to be run once on a connection."""
    return [f"CREATE TEMP MACRO {head} AS ({body})" for head, body in MACROS]
