"""An active SearchParameter is refused when it is written, if it could not be taken up."""

from collections.abc import Callable
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.refusal import Issue, Refused, has_errors
from hygie.store.contract import Resource
from hygie.store.interactions.checking import Checking
from hygie.store.parameters.wanted import check_wanted

KIND: Final = "SearchParameter"


class OwnParametersChecked:
    """What `checking` finds wrong; of a SearchParameter that is right so far, this as well."""

    def __init__(self, checking: Checking, registry: Callable[[], Registry]) -> None:
        self._checking = checking
        self._registry = registry

    def validate(self, resource: Resource) -> list[Issue]:
        found = self._checking.validate(resource)
        if resource.get("resourceType") == KIND and not has_errors(found):
            try:
                check_wanted(self._registry(), resource)
            except Refused as problem:
                found = [*found, *problem.refusal.issues]
        return found
