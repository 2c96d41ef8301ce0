"""Bodies at rest: placed, compressed, sealed; and what was opened lately."""
