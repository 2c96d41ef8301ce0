"""The stay as a set of facts: what senders said of its movements, in any order, and what follows.

`facts` are what messages say; `movements` are what they add up to; `stay` is the Encounter that
follows; `rules` says which of the rules of ZBE a fact breaks. All pure: the same set of facts is
the same stay, whatever the order they came in (property: tests/intake/stays).
"""
