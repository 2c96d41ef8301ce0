"""Which version of a system or value set is meant: what a definition says, what a request rules.

R4 §4.9.5 (include.version), operation ValueSet/$expand (system-version, check-system-version,
force-system-version), and R5's default-valueset-version. One rule for expansion and validation.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from hygie.fhir.packages.definition import canonical_parts
from hygie.limits import MAX_VERSION_CHARACTERS

WILDCARDS: Final = frozenset("xX*")
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2})?", re.ASCII)
_PARTS: Final = re.compile(r"[.\-]")


def is_exact(wanted: str) -> bool:
    """Whether only a version that is written the same can be meant."""
    is_open = _DATE.fullmatch(wanted) or "/" in wanted
    return not is_open and WILDCARDS.isdisjoint(_PARTS.split(wanted))


def fits(wanted: str, version: str) -> bool:
    """Whether a version is one that is asked for.

    `1.x` is any 1.something; `2024` any day of that year; an edition of SNOMED CT
    (`http://snomed.info/sct/900000000000207008`) any version of it. `1.0` is no `1.0.1`.
    """
    if wanted == version:
        return True
    if len(wanted) > MAX_VERSION_CHARACTERS:
        return False
    if "/" in wanted:
        return version.startswith(wanted.rstrip("/") + "/")
    if _DATE.fullmatch(wanted):
        return version.startswith(wanted + "-")
    asked, had = _PARTS.split(wanted), _PARTS.split(version)
    is_long_enough = len(had) == len(asked) or (len(had) > len(asked) and asked[-1] in WILDCARDS)
    pairs = zip(asked, had, strict=False)
    return is_long_enough and all(part in WILDCARDS or part == found for part, found in pairs)


class Chosen(NamedTuple):
    """The version that a request and a definition together mean, "" for the newest."""

    version: str
    ruled: str
    """The parameter that decided it, `force-system-version`; "" when none did."""


class VersionRules(NamedTuple):
    """What a request says of versions: URL -> version, in the order given."""

    default: tuple[tuple[str, str], ...] = ()
    check: tuple[tuple[str, str], ...] = ()
    force: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls, default: Iterable[str], check: Iterable[str], force: Iterable[str]
    ) -> "VersionRules":
        """Of canonicals `url|version`; one without a version rules nothing."""
        return cls(*(tuple(map(canonical_parts, each)) for each in (default, check, force)))

    def choose(self, url: str, stated: str, kind: str = "system") -> Chosen:
        """Forced; else what the definition states; else the default; else what is checked for."""
        ways = (
            (f"force-{kind}-version", self.force),
            ("", ((url, stated),)),
            ("system-version" if kind == "system" else f"default-{kind}-version", self.default),
            (f"check-{kind}-version", self.check),
        )
        named = ((ruled, name) for name, rules in ways for of, ruled in rules if of == url)
        return Chosen(*next(((version, name) for version, name in named if version), ("", "")))

    def broken(self, url: str, version: str) -> str:
        """The version that a check requires and this is not; "" when none is."""
        required = (wanted for of, wanted in self.check if of == url and wanted)
        return next((wanted for wanted in required if not fits(wanted, version)), "")
