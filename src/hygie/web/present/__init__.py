"""From FHIR resources to what a page shows: pure functions, in French, no I/O and no clock."""
