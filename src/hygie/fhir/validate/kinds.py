"""What a type is checked for besides its structure: one table, from type to functions.

Generated code calls these at the end of the check of the type, once the value is known to be an
object; its members may still be wrong, and were reported: look before you read.
"""

from collections.abc import Mapping
from typing import Final

from hygie.fhir.path.items import QUANTITIES
from hygie.fhir.validate.bundles.checks import check_bundle
from hygie.fhir.validate.codings import check_code_of_coding, check_unit_of_quantity
from hygie.fhir.validate.datatypes import check_attachment, check_identifier
from hygie.fhir.validate.definitions import (
    check_capability_statement,
    check_code_system,
    check_measure,
    check_search_parameter,
    check_structure_definition,
    check_value_set,
)
from hygie.fhir.validate.extensions import check_extension_use
from hygie.fhir.validate.narrative.checks import check_narrative
from hygie.fhir.validate.questionnaires import (
    check_questionnaire,
    check_questionnaire_response,
)
from hygie.fhir.validate.siblings import Check

TYPE_CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "Attachment": (check_attachment,),
    "Bundle": (check_bundle,),
    "CapabilityStatement": (check_capability_statement,),
    "CodeSystem": (check_code_system,),
    "Coding": (check_code_of_coding,),
    **dict.fromkeys(QUANTITIES, (check_unit_of_quantity,)),
    "Extension": (check_extension_use,),
    "Identifier": (check_identifier,),
    "Measure": (check_measure,),
    "Narrative": (check_narrative,),
    "Questionnaire": (check_questionnaire,),
    "QuestionnaireResponse": (check_questionnaire_response,),
    "SearchParameter": (check_search_parameter,),
    "StructureDefinition": (check_structure_definition,),
    "ValueSet": (check_value_set,),
}
"""Type name ("Attachment", "Bundle") -> functions of (value, place, report)."""
