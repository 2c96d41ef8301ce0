"""$export, $import, and what became of them."""
