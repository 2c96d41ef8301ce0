"""Files of nomenclatures, as they are published -> what is said of their concepts."""

from hygie.nomenclature.loading.given import Given, Options, given
from hygie.nomenclature.loading.kinds import KINDS, Kind, kind
from hygie.nomenclature.loading.reading import Reading

__all__ = ["KINDS", "Given", "Kind", "Options", "Reading", "given", "kind"]
