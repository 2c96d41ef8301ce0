"""What an establishment's own codes mean: found in use, decided by a person, added to resources."""
