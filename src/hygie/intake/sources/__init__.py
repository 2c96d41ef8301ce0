"""Who sends: every source declared, as data."""
