"""What is said of a code that is checked.

The English is the ecosystem's (Messages.properties of org.hl7.fhir.core): clients compare it, and
know each sentence by its name (extension operationoutcome-message-id).
"""

from typing import NamedTuple

from hygie.refusal import Phrase


class Sentence(NamedTuple):
    """A sentence, with the kind of problem that it tells."""

    name: str
    """As the ecosystem names it: `Unknown_Code_in_Version`."""
    kind: str
    """Of tx-issue-type: `invalid-code`."""
    code: str
    """FHIR issue type: `code-invalid`."""
    phrase: Phrase
