"""One page a file: gather, present, render."""
