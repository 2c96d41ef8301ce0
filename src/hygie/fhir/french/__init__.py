"""What French data is written with: names of systems and extensions, shapes and keys of numbers."""
