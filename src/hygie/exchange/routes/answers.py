"""What an acknowledgement means for what was sent. Pure.

HL7 v2.5 §2.9.2 and table 0008. `AA`, `CA`: taken. `AE`, `CE`: its content is at fault; the same
again would be answered the same. `AR`, `CR`: not accepted as it is (table 0357, 100 to 205), which
is final too; or, with 206, 207 or no code, "for reasons unrelated to its content": later.
"""

from typing import Final, NamedTuple

TAKEN: Final = frozenset({"AA", "CA"})
FAULTY: Final = frozenset({"AE", "CE"})
REJECTED: Final = frozenset({"AR", "CR"})
PASSING: Final = frozenset({"206", "207", ""})
"""Table 0357: record locked, internal error; or nothing said."""
MAX_KEPT: Final = 2_000
"""Characters of an answer that are kept with the departure."""


class Taken(NamedTuple):
    """It is there."""

    answer: str = ""


class Dead(NamedTuple):
    """Never to be sent again as it is."""

    rule: str
    answer: str = ""


class Later(NamedTuple):
    """Not this time. `counted`: after several such answers it is dead."""

    rule: str
    answer: str = ""
    counted: bool = False


class Unreachable(NamedTuple):
    """Nobody was there: nothing of the route can be sent now."""

    rule: str


Verdict = Taken | Dead | Later | Unreachable


class Acknowledgement(NamedTuple):
    """MSA and ERR of an answer."""

    code: str
    control_id: str
    error: str
    """ERR-3 (v2.5), or ERR-1.4 (before)."""
    text: str


def read(raw: bytes) -> Acknowledgement | None:
    """None when it is no acknowledgement. Anything may come from outside: never raises."""
    text = raw.decode("utf-8", "replace").strip("\x0b\x1c\r\n")
    if not text.startswith("MSH") or len(text) < 5:
        return None
    separator, component = text[3], text[4]
    lines = [line.split(separator) for line in text.replace("\n", "\r").split("\r")]
    found = next((line for line in lines if line[0] == "MSA" and len(line) > 2), None)
    if found is None:
        return None
    error = next((line for line in lines if line[0] == "ERR"), [])
    return Acknowledgement(
        found[1].strip().upper(), found[2].strip(), _error(error, component), text[:MAX_KEPT]
    )


def judge(acknowledgement: Acknowledgement) -> Verdict:
    """Of one that answers what was sent."""
    code, text = acknowledgement.code, acknowledgement.text
    if code in TAKEN:
        return Taken(text)
    if code in FAULTY:
        return Dead("route.refused", text)
    if code in REJECTED:
        if acknowledgement.error in PASSING:
            return Later("route.rejected", text, counted=True)
        return Dead("route.refused", text)
    return Later("route.answer", text, counted=True)


def _error(fields: list[str], component: str) -> str:
    if len(fields) > 3 and fields[3]:
        return fields[3].split(component)[0].strip()
    before = fields[1].split(component) if len(fields) > 1 else []
    return before[3].split("&")[0].strip() if len(before) > 3 else ""
