"""Rules of single data types that neither their structure nor their invariants say."""

from hygie.fhir.validate.datatypes.attachments import check_attachment
from hygie.fhir.validate.datatypes.identifiers import check_identifier

__all__ = ["check_attachment", "check_identifier"]
