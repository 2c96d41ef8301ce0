"""Ways of reading beside searches: by key, a whole record, past versions."""
