"""Drawings as SVG text: pure functions, styled by classes only (no inline style)."""
