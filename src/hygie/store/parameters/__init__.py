"""The establishment's own search parameters: taken up, filed by, indexed, searched by; given up."""
