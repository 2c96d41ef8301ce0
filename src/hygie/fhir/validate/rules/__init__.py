"""Rules of Hygie's own, where profiles are silent: data with an id, a reason and a source."""

from hygie.fhir.validate.rules.engine import RuleSet
from hygie.fhir.validate.rules.packs import french, french_pack, read_pack, rule_set

__all__ = ["RuleSet", "french", "french_pack", "read_pack", "rule_set"]
