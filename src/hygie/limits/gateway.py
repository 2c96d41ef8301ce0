"""Bounds of the gateway: connections, frames, queues, retries."""

from typing import Final

MAX_LISTENER_CONNECTIONS: Final = 1_000
"""Of all sources together; beyond it, a connection is closed as it opens."""
FRAME_SECONDS: Final = 60
"""From the first byte of an MLLP frame to its last, and one more for every 64 kB that came."""
TLS_SECONDS: Final = 10.0
"""For the greeting of TLS."""
MAX_PIPELINED_MESSAGES: Final = 64
"""Of one connection, under way at once: beyond it, nothing more is read of that connection."""
MAX_FRAMES_BYTES: Final = 128 * 1024 * 1024
"""Of all connections together, in messages that have begun: beyond it, one at a time goes on."""
RECEIVE_BYTES: Final = 64 * 1024
"""That the system holds of one connection before it is read."""
MAX_STRAY_BYTES: Final = 64 * 1024
"""Outside of frames, since the last message: beyond it, the peer does not speak MLLP."""
IDLE_SECONDS: Final = 3_600
"""Of an MLLP connection on which nothing comes."""
UNREAD_ANSWER_SECONDS: Final = 30
"""How long a peer may leave its acknowledgements unread before its connection ends."""
MAX_MESSAGES_WAITING: Final = 1_024
"""Received and not settled, in one process; beyond it, nothing more is read from the wires."""
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
"""Of these messages; one that is larger waits until it is alone."""
SETTLED_SECONDS: Final = 10.0
"""Within which a message is settled, or its sender is told that it was received."""
MAX_MESSAGES_TOGETHER: Final = 64
"""Settled in one transaction."""
MAX_BYTES_TOGETHER: Final = 8 * 1024 * 1024
"""Of these messages; one that is larger is settled alone."""
MAX_SETTLERS: Final = 16
"""Processes that settle messages, beside one that accepts them."""
USUAL_SETTLERS: Final = 4
"""At most, unless the administrator asks for more: each takes 150 MB, and the database its share
of the cores."""
SETTLER_START_SECONDS: Final = 60
"""For such a process to be ready."""
SETTLER_END_SECONDS: Final = 30
"""For it to finish what is under way; then it is killed, and loses nothing."""
SETTLER_ANSWER_SECONDS: Final = 900
"""For what such a process has in hand, a Bundle of the largest at most; then it hangs, and is
killed."""
MAX_SETTLER_LOSSES: Final = 3
"""Processes that end over one message, alone in hand, before it goes to quarantine; and starts of
the server at which it is settled before anything is accepted."""
MAX_SUSPECTS: Final = 256
"""Messages that are settled alone, because a process ended that had them in hand."""
SETTLER_PAUSE_SECONDS: Final = (0, 1, 5, 15, 60)
"""Before one that ended, or did not start, is started again; the last again and again."""
RETRY_SECONDS: Final = (1, 5, 15, 60, 300, 900)
"""After a fault that is not the message's own; the last again and again."""
MAX_MOTIVE_CHARACTERS: Final = 500
"""Why somebody corrected, or put aside, a message."""
MAX_REPLAYS_TOGETHER: Final = 256
"""Messages that a replay of many takes up at once."""
MAX_SOURCES: Final = 500
MAX_ROUTES: Final = 500
MAX_DEPARTURES_WAITING: Final = 1_000_000
"""Of one route; beyond it, what is oldest is put among the dead."""
MAX_LOADED_TOGETHER: Final = 16
"""Patients of an initial load, told in one transaction with all that is theirs."""
MAX_LOADED_WAITING: Final = 10_000
"""Departures of a route that wait; beyond it, its initial load waits for them."""
MAX_NAME_CHARACTERS: Final = 64
"""Of a source or route: it stands in addresses of pages."""
MAX_TEXT_CHARACTERS: Final = 400
"""Of a title or path in a declaration."""
MAX_FOLDER_FILES: Final = 200_000
"""Looked at together in a folder of deposits; others wait until there is room."""
MAX_FILES_TOGETHER: Final = 64
"""Read before the first of them is committed."""
MAX_FILE_BYTES_TOGETHER: Final = 32 * 1024 * 1024
"""Of these files, the last one's apart."""
MAX_SECRET_BYTES: Final = 64 * 1024
"""Of a file that holds a key or password."""
MAX_PURGED_TOGETHER: Final = 200
"""Files put away that are removed at once: files that come in go first."""
MAX_KEEP_DAYS: Final = 36_500
"""Of files put away."""
SFTP_SECONDS: Final = 30
"""For one thing that is asked of an SFTP server; for a file, and for its size at this pace."""
SFTP_BYTES_PER_SECOND: Final = 64 * 1024
MAX_CONTENTS_TOGETHER: Final = 500
"""Whose time has come, removed in one transaction."""
MAX_RETENTION_DAYS: Final = 36_500
MAX_SILENT_MINUTES: Final = 60 * 24 * 31
MAX_ADAPTATION_BYTES: Final = 256 * 1024
"""Of one set of adaptations."""
MAX_ROUTE_CONNECTIONS: Final = 16
"""Of one route to its destination."""
MAX_ROUTE_SECONDS: Final = 300
"""For which a destination may leave a message without an answer."""
MAX_ROUTE_ANSWER_BYTES: Final = 1_000_000
"""Of the answer of a destination; one that is longer is none."""
MAX_REJECTIONS: Final = len(RETRY_SECONDS)
"""Refusals for now (AR, HTTP 503) of one departure in a row; then it is dead."""
DEPARTURES_AHEAD: Final = 1_000
"""Departures of one route that its sender looks ahead for those that need not wait for others."""
CLOCK_AHEAD_SECONDS: Final = 3_600
"""By which what was recorded may be in the future before the sender's clock is doubted: one hour,
that of a zone or of summer time told wrong."""
MOVEMENT_AHEAD_SECONDS: Final = 86_400
"""The same of a movement, which some offices enter on the day before."""
MAX_STAY_FACTS: Final = 2_000
"""Movements, corrections and cancellations of one stay: five a day for a year."""
MAX_CENSUS_STAYS: Final = 100_000
"""Read for one census: ten times the beds of the largest hospital, with those never closed."""
MAX_HEADER_BYTES: Final = 16 * 1024
"""Of MSH, a part of which each answer repeats: real ones have 300."""
MAX_FIELDS_TOGETHER: Final = 1_000_000
"""Of one message, empty ones counted: twice those of a report of 20,000 results."""
MAX_FILE_MESSAGES: Final = 200_000
"""Of one file: as many of 640 bytes as the largest file holds."""
MAX_FIELD_CHARACTERS: Final = 64 * 1024
"""Of one field that holds no document (OBX-5), no note (NTE-3) and is not local (Z…): what HL7
allows for a formatted text."""
MAX_FIELDS: Final = 1_000
"""Of one segment: the longest of HL7 v2 has 61."""
MAX_REPETITIONS: Final = 10_000
"""Of one field: lines of a text, at most."""
MAX_MESSAGE_LANES: Final = 100
"""Patients of one FHIR message that are kept from other messages one by one; of more, it is only
kept in order with those of its source."""
MAX_PERSON_IDENTIFIERS: Final = 100
"""Of one person in a message, and of all whom an HL7 v2 message names: each is locked, and the
server's table of locks is finite; the busiest hospitals know a patient under some ten."""
MESSAGE_GUARDS: Final = 256
"""Locks that the identifiers of one FHIR message share: the server's table of locks is finite."""
MAX_IDENTIFIERS_TOGETHER: Final = 50
"""Identifiers of a FHIR message that are looked for in one search."""
