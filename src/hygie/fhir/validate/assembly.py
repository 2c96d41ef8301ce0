"""A validator with all that a library of packages lets it check."""

from dataclasses import replace

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Library
from hygie.fhir.terminology import Terms
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.environment import environment_of
from hygie.fhir.validate.profiles import Profiles
from hygie.fhir.validate.validator import Validator


def validator_for(
    library: Library, context: Context | None = None, layer: Layer | None = None
) -> Validator:
    """A validator that knows the library's profiles, extensions and codes.

    `layer` has code systems besides. `context` says the rest: what unknown extensions and best
    practice are worth, the rules of the house. Shared by all validations; the library grows no
    more.
    """
    terms = Terms(library, layer)
    profiles = Profiles(r4(), library)
    known = replace(context or Context(), library=library, terms=terms, profiles=profiles)
    return Validator(r4(), replace(known, environment=environment_of(known)))
