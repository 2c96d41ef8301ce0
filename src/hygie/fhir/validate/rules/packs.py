"""Packs of rules: read from TOML, checked whole, bound."""

import tomllib
from functools import cache
from importlib import resources

import msgspec

from hygie.fhir.definitions import r4
from hygie.fhir.validate.rules import phrases
from hygie.fhir.validate.rules.engine import RuleSet
from hygie.fhir.validate.rules.judge import bind
from hygie.fhir.validate.rules.model import Pack
from hygie.refusal import Category, refuse


def read_pack(text: str) -> Pack:
    """The pack that a TOML file holds. Refused when it is none, or when an id stands twice."""
    try:
        pack = msgspec.convert(tomllib.loads(text), Pack)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        why = str(error)[:200]
        raise refuse(Category.INVALID, "rules.pack", phrases.WRONG_PACK, why=why) from None
    seen: set[str] = set()
    for rule in pack.rule:
        if rule.id in seen:
            raise refuse(
                Category.INVALID, "rules.repeated", phrases.REPEATED_RULE, named=rule.id[:80]
            )
        seen.add(rule.id)
    return pack


def rule_set(*packs: Pack) -> RuleSet:
    """The rules of these packs, ready. Refused when a rule cannot be: its sentence says why."""
    registry = r4()
    rules = ((rule, pack.groups) for pack in packs for rule in pack.rule)
    return RuleSet([judge for rule, groups in rules for judge in bind(rule, groups, registry)])


def french_pack() -> Pack:
    """Hygie's rules for France, as data."""
    return read_pack(resources.files(__package__).joinpath("french.toml").read_text("utf-8"))


@cache
def french() -> RuleSet:
    """Hygie's rules for France."""
    return rule_set(french_pack())
