"""HL7 version 2 as text: bytes in, a message with exact places out, and back. Pure."""
