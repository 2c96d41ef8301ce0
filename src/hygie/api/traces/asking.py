"""A search of AuditEvents, from its parameters to what is asked of the ledger."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.exchange.traces.coding import ACTS
from hygie.exchange.traces.event import ID, RULE
from hygie.fhir.definitions import Registry
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.fhir.search.instants import interval
from hygie.ledger import Asked
from hygie.limits import DEFAULT_PAGE
from hygie.limits.traces import MAX_AUDIT_VALUES
from hygie.store.interactions.searching import CURSOR, bad_value, page_size, unknown_parameter
from hygie.store.keys.keyring import Keyring
from hygie.trace import Action

PARAMETERS: Final = (
    "_id", "action", "altid", "date", "entity", "outcome", "patient", "policy", "subtype",
)  # fmt: skip
"""Those of R4 that are served; each once, but `date`."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY: Final[tuple[Action, ...]] = ()
"""What no entry matches."""
ORDER: Final = "-date"
Parameters = Sequence[tuple[str, str]]


class Search(msgspec.Struct, frozen=True):
    asked: Asked = Asked()
    count: int = DEFAULT_PAGE
    total: bool = False
    before: int | None = None
    used: tuple[tuple[str, str], ...] = ()


class Asking(msgspec.Struct, frozen=True):
    """What parameters are read with."""

    registry: Registry
    keyring: Keyring
    zone: ZoneInfo

    def understood(self, parameters: Parameters, *, lenient: bool) -> Search:
        """Raises `Refused` for an unknown parameter or a wrong value."""
        search = Search()
        for name, value in parameters:
            if name in HANDLED_ELSEWHERE:
                continue
            if name in _RESULT:
                search = _RESULT[name](search, value)
            elif name in PARAMETERS:
                search = self._narrowed(search, name, value)
            elif lenient:
                continue
            else:
                raise unknown_parameter(name)
            search = msgspec.structs.replace(search, used=(*search.used, (name, value)))
        return search

    def _narrowed(self, search: Search, name: str, value: str) -> Search:
        if name != "date" and any(name == given for given, _ in search.used):
            raise bad_value(name)
        if name == "date":
            asked = _within(search.asked, value, self.zone)
        else:
            several = value.split(",")
            if len(several) > MAX_AUDIT_VALUES or not all(several):
                raise bad_value(name)
            asked = self._of(search.asked, name, several)
        return msgspec.structs.replace(search, asked=asked)

    def _of(self, asked: Asked, name: str, several: Sequence[str]) -> Asked:
        if name in ("action", "subtype"):
            return _with_actions(asked, name, {_code(one) for one in several})
        if name == "outcome":
            return _with_outcome(asked, several)
        read: dict[str, tuple[str, Callable[[str], Iterable[int | str]]]] = {
            "patient": ("patients", lambda one: [self._patient(one)]),
            "entity": ("about", self._keys),
            "_id": ("seqs", lambda one: [seq_of(one)]),
            "altid": ("actors", lambda one: [_code(one)]),
            "policy": ("reasons", lambda one: [one.removeprefix(RULE)]),
        }
        field, values = read[name]
        found = tuple(value for one in several for value in values(one))
        return msgspec.structs.replace(asked, **{field: found})

    def _patient(self, reference: str) -> int:
        return self.keyring.reference("Patient", reference.removeprefix("Patient/"))

    def _keys(self, reference: str) -> Iterable[int]:
        type_, _, id_ = reference.rpartition("/")
        types = [type_] if type_ else self.registry.resource_types
        return [self.keyring.reference(one, id_) for one in types]


def seq_of(id_: str) -> int:
    """The entry of an id; 0, which none has, for any other."""
    number = id_.removeprefix(ID)
    return int(number) if id_ != number and number.isascii() and number.isdigit() and (
        len(number) < 19
    ) else 0  # fmt: skip


def _code(text: str) -> str:
    """A token's code: what follows its system, of which there is one for each parameter."""
    return text.rpartition("|")[2]


def _with_outcome(asked: Asked, several: Sequence[str]) -> Asked:
    codes = {_code(one) for one in several} & {"0", "4"}
    if not codes:
        return msgspec.structs.replace(asked, actions=NOBODY)
    return asked if len(codes) == 2 else msgspec.structs.replace(asked, refused=codes == {"4"})


def _with_actions(asked: Asked, name: str, codes: set[str]) -> Asked:
    """`action`: C, R, U, D or E; `subtype`: the house's own name, or that of FHIR or DICOM."""
    found = {
        act for act, said in ACTS.items()
        if (said.action in codes if name == "action"
            else codes & {act, *(subtype[1] for subtype in said.subtypes)})
    }  # fmt: skip
    if name == "subtype":
        found |= codes
    if asked.actions is not None:
        found &= set(asked.actions)
    return msgspec.structs.replace(asked, actions=tuple(sorted(found)))


def _within(asked: Asked, text: str, zone: ZoneInfo) -> Asked:
    prefix, written = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    found = interval(written, zone)
    if found is None or prefix not in ("eq", "ge", "gt", "sa", "le", "lt", "eb"):
        raise bad_value("date")
    low, high = _instant(found[0]), _instant(found[1] + 1)
    since = {"eq": low, "ge": low, "gt": high, "sa": high}.get(prefix)
    until = {"eq": high, "le": high, "lt": low, "eb": low}.get(prefix)
    return msgspec.structs.replace(
        asked,
        since=max(filter(None, (asked.since, since)), default=None),
        until=min(filter(None, (asked.until, until)), default=None),
    )


def _instant(microseconds: int) -> datetime:
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        raise bad_value("date") from None


def _sorted(search: Search, value: str) -> Search:
    """The newest first, and no other way."""
    if value != ORDER:
        raise bad_value("_sort")
    return search


def _total(search: Search, value: str) -> Search:
    if value not in ("none", "estimate", "accurate"):
        raise bad_value("_total")
    return msgspec.structs.replace(search, total=value != "none")


def _before(search: Search, value: str) -> Search:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise bad_value(CURSOR)
    return msgspec.structs.replace(search, before=int(value))


_RESULT: Final[dict[str, Callable[[Search, str], Search]]] = {
    "_count": lambda search, value: msgspec.structs.replace(search, count=page_size(value)),
    "_sort": _sorted,
    "_total": _total,
    CURSOR: _before,
}
