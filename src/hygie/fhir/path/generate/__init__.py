"""Syntax tree -> Python: what each node is written as, specialised by types and cardinalities."""
