"""References: their form, what they resolve to, and what may be their target."""
