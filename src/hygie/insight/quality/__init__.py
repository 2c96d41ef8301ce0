"""How good what a supplier sends is: files validated, counted, and told as a report."""
