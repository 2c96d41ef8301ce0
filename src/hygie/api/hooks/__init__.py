"""Decision support that others ask us for (CDS Hooks 2.0)."""
