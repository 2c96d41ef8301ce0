"""What people prove besides a password, and how it is proven."""
