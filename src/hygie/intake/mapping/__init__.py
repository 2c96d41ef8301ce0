"""HL7 v2 segments to FHIR values, one topic a file. Pure: what is stored is handed in."""
