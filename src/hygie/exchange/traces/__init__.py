"""What the house keeps of accesses, as others read it: FHIR AuditEvent, and tables."""
