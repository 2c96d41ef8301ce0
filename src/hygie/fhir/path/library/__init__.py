"""The functions of FHIRPath over values and collections, however an expression is run.

`signatures` has the table of all of them. Sections are those of http://hl7.org/fhirpath/ (release
3.0.0); what FHIR adds is in http://hl7.org/fhir/R4/fhirpath.html, "Additional functions".
"""
