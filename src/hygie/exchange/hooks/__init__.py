"""Decision support by CDS Hooks 2.0: what both sides, asked and asking, are made of."""
