"""Keys: where they come from, what wraps what, and how they are changed or destroyed."""
