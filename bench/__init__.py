"""What Hygie costs, each figure beside a floor measured in the same run.

`python -m bench [NAME…]` prints a table and writes `bench/results/NAME.json`.
"""
