"""What folders of this machine and of others have in common: which files are whole, and taken."""
