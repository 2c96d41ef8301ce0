"""Extensions: known, allowed where they stand, of the content that their definition asks for."""

from hygie.fhir.validate.extensions.checks import check_extension_use

__all__ = ["check_extension_use"]
