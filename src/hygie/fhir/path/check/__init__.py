"""What an expression may yield, and what is wrong with it, before it meets any data.

`check` refuses an expression with all that is wrong; `examine` tells it, and refuses nothing.
"""

from hygie.fhir.path.check.examine import Examined, check, examine
from hygie.fhir.path.check.shape import Shape

__all__ = ["Examined", "Shape", "check", "examine"]
