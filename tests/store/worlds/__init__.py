"""Generated worlds: what an actor may not see changes nothing that the actor can observe.

A world is some patients, resources that name them and each other, versions, and an actor with a
sight. The same requests are made of it twice: as it is, and once all that is out of sight was
removed or changed behind the store's back. Answers must be the same, to the byte but for ids that
were just made and for the time. What is seen is also held against a slow, obvious model.

Worlds stand side by side in one database, each with ids and a tag of its own.
`python -m tests.store.worlds --count 100000` runs as many as asked.
"""
