"""The tables: their partitions, and the statements that read and write rows."""
