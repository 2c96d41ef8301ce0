"""Processes that settle messages beside the one that accepts them."""
