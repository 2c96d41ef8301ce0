"""What a resource is found by: its entries as keyed hashes and ordered numbers."""
