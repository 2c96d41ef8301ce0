"""HL7 v2 made of FHIR resources: for subscribers, and for routes. Pure."""
