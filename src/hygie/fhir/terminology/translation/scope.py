"""Whether a code is one of those that a map is made for: of the value set that it names."""

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.inquiry import silent_inquiry
from hygie.fhir.terminology.checking.prepared import Preparation, UnknownImportError
from hygie.fhir.terminology.checking.subject import Coded as Checked
from hygie.fhir.terminology.checking.systems import Systems
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.subject import Coded
from hygie.refusal import Refused


class Scopes:
    """Of one request."""

    def __init__(self, catalogue: Catalogue, asked: Asked) -> None:
        self._resolver = Resolver(catalogue, asked)
        self._systems = Systems(self._resolver, asked, Findings("en"))

    def may_have(self, canonical: str, coded: Coded) -> bool:
        """False when the code is surely none of the set: what is not known here is no reason."""
        value_set = self._resolver.value_set(canonical) if canonical else None
        if value_set is None:
            return True
        checked = Checked(coded.system, coded.version, coded.code, "", "")
        try:
            prepared = Preparation(self._resolver).prepare(value_set)
            answer = silent_inquiry(checked, self._systems).ask(prepared)
        except (Refused, UnknownImportError):
            return True
        return answer is not Membership.OUT
