"""What every execution needs, built once."""

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor
from hygie.fhir.validate import Validator
from hygie.store.interactions.conditions import Conditions


class Tools(msgspec.Struct, frozen=True):
    registry: Registry
    validator: Validator
    extractor: Extractor
    conditions: Conditions
