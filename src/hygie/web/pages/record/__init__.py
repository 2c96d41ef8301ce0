"""The pages of one patient's record."""
