"""AuditEvent: what the house keeps of accesses, read as FHIR. Nobody writes any."""
