"""The channel `hl7v2`: a notification as one HL7 v2.5 message, over MLLP."""
