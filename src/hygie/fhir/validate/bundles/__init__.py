"""What a bundle must be, by its type (R4 §2.36, §3.3, §2.39, §3.1.0.11)."""
