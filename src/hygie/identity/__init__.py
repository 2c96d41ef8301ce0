"""Who is meant: national identity (INS), its reliability, finding and merging patients."""
