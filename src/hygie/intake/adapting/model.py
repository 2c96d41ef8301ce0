"""A set of adaptations as it is written: TOML, read whole."""

import re
import tomllib
from typing import Final, Literal

import msgspec

from hygie.intake.adapting import phrases
from hygie.intake.mapping.engine.model import CodeList, Row, Unknown
from hygie.limits.gateway import MAX_ADAPTATION_BYTES
from hygie.refusal import Category, Issue, refuse

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z", re.ASCII)


class Change(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """One change of the message. Exactly one of `set`, `drop`, `rename` is said."""

    id: str
    """Shown by a dry run when it changed something."""
    why: str
    set: str = ""
    """A place: written, in every segment of that name; the segment is added when there is none."""
    drop: str = ""
    """A place, emptied in every repetition; or the name of segments, taken away."""
    rename: str = ""
    """Name of segments, which get the name `to`."""
    to: str = ""
    value: str | None = None
    """What is written."""
    from_: str | tuple[str, ...] = ()
    """Or where it is read: several are joined by `join`. Without `value` and `from`, `set` rewrites
    what stands there, in each repetition."""
    join: str = " "
    split: str = ""
    """Cuts what was read; `part` is the piece that is kept, from 1."""
    part: int = 0
    extract: str = ""
    """An expression of RE2: its first group, else what matched; nothing is written if it does not
    match."""
    replace: str | None = None
    """Written in place of each match of `extract`; \\1 is its first group."""
    case: Literal["", "upper", "lower"] = ""
    codes: dict[str, str] = msgspec.field(default_factory=dict)
    """Translates the whole text."""
    unknown: Unknown = "keep"
    """What becomes of a text that `codes` does not have."""
    when: str | tuple[str, ...] = ()
    """Conditions, as in the tables."""

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.from_,) if isinstance(self.from_, str) else self.from_

    @property
    def conditions(self) -> tuple[str, ...]:
        return (self.when,) if isinstance(self.when, str) else self.when

    @property
    def rewrites(self) -> bool:
        return bool(self.split or self.extract or self.case or self.codes)


class Removed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a table of Hygie's that does not hold for this source."""

    table: str
    id: str
    why: str


class Rows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rows of one table: those with a known id take its place, others are added."""

    row: tuple[Row, ...]


class AdaptationSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole file."""

    title: str
    change: tuple[Change, ...] = ()
    """In order: each sees what those before it made."""
    table: dict[str, Rows] = msgspec.field(default_factory=dict)
    remove: tuple[Removed, ...] = ()
    list: dict[str, CodeList] = msgspec.field(default_factory=dict)
    """Lists of codes: one of a known name takes its place."""


def read_set(raw: bytes, name: str) -> AdaptationSet:
    """What a file says; refused when it cannot be read, with the line where TOML tells it."""
    if len(raw) > MAX_ADAPTATION_BYTES:
        why = f"> {MAX_ADAPTATION_BYTES}"
    else:
        try:
            return msgspec.convert(tomllib.loads(raw.decode("utf-8")), AdaptationSet)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            why = str(error)[:200]
        except RecursionError:
            why = "[[[…"
    raise refuse(
        Category.INVALID, "adaptation.unreadable", phrases.UNREADABLE_SET, code="structure",
        name=name, why=why,
    )  # fmt: skip


def line_of(raw: bytes, header: str, rank: int) -> int:
    """The line at which the item of that rank (from 0) begins; 0 when it is not found."""
    pattern = re.compile(rf"\s*\[\[\s*{re.escape(header)}\s*\]\]")
    lines = raw.decode("utf-8").splitlines()
    found = [number for number, line in enumerate(lines, start=1) if pattern.match(line)]
    return found[rank] if rank < len(found) else 0


def fault(name: str, line: int, where: str, why: str) -> Issue:
    return Issue(
        code="value", rule="adaptation.wrong", phrase=phrases.WRONG_SET, location=where,
        details={"name": name, "line": str(line), "where": where[:80], "why": why[:200]},
    )  # fmt: skip
