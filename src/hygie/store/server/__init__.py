"""The PostgreSQL server of a data directory."""
