"""What Hygie costs, each figure beside a floor measured in the same run.

`python -m bench` prints the table of goals and writes `bench/results/*.json`; `python -m bench
large` fills a house with a million resources first.
"""
