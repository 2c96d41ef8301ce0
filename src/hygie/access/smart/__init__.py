"""Applications that act for people or for themselves: SMART App Launch 2.2."""
