"""A rule as a pack writes it, in TOML: one table `[[rule]]` each."""

from typing import Literal

import msgspec

from hygie.refusal import Phrase


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is judged, when, by what; what is said, why, and who said so.

    Of `test` and `check`, one and only one is given.
    """

    id: str
    """Stable: silences and policies name it. "fr.ins-key"."""
    on: tuple[str, ...]
    """Types of resources."""
    each: str = ""
    """The element whose items are judged one by one ("identifier"); empty: the resource."""
    named: str = ""
    """The group of systems or URLs an item must bear to be judged. With no `each`: the resource
    is judged when it has an identifier of the group in use (not `old`)."""
    needs: tuple[str, ...] = ()
    """JSON members without which what is judged is left alone."""
    when: str = ""
    """FHIRPath on what is judged: left alone unless true."""
    test: str = ""
    """FHIRPath on what is judged: must be true."""
    check: str = ""
    """A function of `checks.CHECKS`: what FHIRPath cannot say, or not fast enough."""
    at: str = ""
    """The step from what is judged to where the fault stands ("value")."""
    shows: str = ""
    """A JSON member that the sentences quote as `{value}`."""
    severity: Literal["error", "warning", "information"]
    code: str = "business-rule"
    """FHIR issue type."""
    fr: str
    en: str
    reason: str
    """Why, in French, for the manual."""
    source: str
    """The text that says so: title, version, section."""
    since: str
    """The day it came into the pack, as a date."""

    @property
    def phrase(self) -> Phrase:
        return Phrase(self.fr, self.en)


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules that are taken together."""

    name: str
    title: str
    rule: tuple[Rule, ...]
    groups: dict[str, tuple[str, ...]] = {}
    """Name -> identifier systems or extension URLs."""
