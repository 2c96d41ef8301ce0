"""Accesses that stand out: what an auditor looks at first, each with why."""
