"""Twenty-four hours of a hospital of 1,000 beds, played fast, with what goes wrong in one.

Written by a simulator that knows who lay where; sent by MLLP on the connections of the systems of
a hospital; the server is killed again and again; one message in a hundred is corrupted, sent
twice, late or out of order. At the end every message is looked for, and the census of every hour
is held against the simulator's.
"""

from bench.hospital_day.running import run

__all__ = ["run"]
