"""Questionnaires, and responses against the questionnaire that they answer (R4 §5.3 and §5.4)."""

from hygie.fhir.validate.questionnaires.definition import check_questionnaire
from hygie.fhir.validate.questionnaires.responses import check_questionnaire_response

__all__ = ["check_questionnaire", "check_questionnaire_response"]
