"""The one encrypted, versioned, searchable store."""
