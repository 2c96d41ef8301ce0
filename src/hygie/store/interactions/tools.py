"""What every execution needs, built once."""

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.conditions import Conditions
from hygie.store.interactions.gates import Gates


class Tools(msgspec.Struct, frozen=True):
    registry: Registry
    validator: Checking
    extractor: Extractor
    conditions: Conditions
    gates: Gates
