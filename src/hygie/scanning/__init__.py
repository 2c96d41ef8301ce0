"""Files that come in are looked at for malware before they are kept."""

from hygie.scanning.clamd import Clamd, Scanner, read_clamd
from hygie.scanning.embedded import embedded

__all__ = ["Clamd", "Scanner", "embedded", "read_clamd"]
