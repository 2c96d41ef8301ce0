"""Generated worlds, asked over HTTP: what an actor may not see changes nothing that they observe.

Two houses stand side by side on two databases: one as it is, and a copy of it from which all that
is out of the actor's sight was removed, or changed to other things as much out of it. In the first,
others go about their work on what the actor does not see. The actor, with a real account, circle,
session and token, asks both the same on the FHIR API and the pages, and writes the same into both.
Answers, with their headers, must be one but for ids that were just made and for the time.

`python -m tests.worlds --count 3000` runs as many as asked; `tests.store.worlds` makes them by the
hundred thousand, a level below.
"""
