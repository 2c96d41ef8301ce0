"""Routes: what leaves by HL7 v2, to whom, in which order; nothing lost, nothing made twice."""
