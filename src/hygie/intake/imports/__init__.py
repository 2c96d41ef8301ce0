"""`$import`: files of resources fetched from elsewhere, and filed as `hygie ingest` files them."""
