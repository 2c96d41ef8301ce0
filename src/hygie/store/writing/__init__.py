"""Changes: proposed, decided, written in groups."""
