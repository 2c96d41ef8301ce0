"""Applications: letting one in, opening one from a record, and looking after them."""
