"""Every bound on what comes from outside, in one place; those of one room alone beside this file.

A limit has a name, a unit in its name, and a reason. Code that refuses something cites the limit
here, so that an administrator who reads a refusal can find, and judge, the figure behind it.
"""

from typing import Final

# --- JSON and resources -------------------------------------------------------------------
MAX_RESOURCE_BYTES: Final = 16 * 1024 * 1024
"""One resource; larger documents belong in a Binary, which has this bound as well."""
MAX_BUNDLE_BYTES: Final = 128 * 1024 * 1024
"""One bundle in a request or file: a few times the largest Synthea patient."""
MAX_BUNDLE_ENTRIES: Final = 20_000
MAX_JSON_DEPTH: Final = 64
"""Nesting of objects and arrays. The deepest official R4 example has 22 levels."""
MAX_DECIMAL_DIGITS: Final = 38
"""Significant digits of a decimal: what SQL engines and Parquet carry exactly."""
MAX_DECIMAL_EXPONENT: Final = 308
"""Magnitude of a decimal's exponent: what a double reaches (an official R4 example has E-245).
1e400 is a typing error, not a measurement."""
MAX_LOCATED_CHARACTERS: Final = 256 * 1024
"""Longest JSON text read a second time, slowly, to name the line and column of its fault."""
MAX_PATCH_OPERATIONS: Final = 1_000
"""Operations of one JSON Patch."""
MAX_STRING_CHARACTERS: Final = 1024 * 1024
"""One FHIR string (R4 §2.24.0.1: strings SHALL NOT exceed 1 MB)."""
MAX_ISSUES: Final = 200
"""Problems reported for one resource; a last one says that there were more."""
MAX_TARGET_DEPTH: Final = 8
"""Targets of targets that are held against profiles, when one reference is followed."""
MAX_QUESTIONS_CHECKED: Final = 1_000_000
"""Required questions looked for in one questionnaire response, those of each repetition of a group
counted; and answers read to decide which are enabled. Hundreds, in practice."""

# --- Search -------------------------------------------------------------------------------
MAX_QUERY_CHARACTERS: Final = 64 * 1024
MAX_SEARCH_PARAMETERS: Final = 64
MAX_OR_VALUES: Final = 1_000
MAX_CHAIN_DEPTH: Final = 5
MAX_CHAIN_WAYS: Final = 256
"""Conditions one parameter unfolds into when its chain does not say which types it leads to."""
MAX_CHAIN_VALUES: Final = 8_000
"""Values read for such a parameter, those of every type together."""
MAX_SORTS: Final = 8
"""Parameters of one `_sort`: a reader of results does not see the ninth."""
MAX_WORD_CHARACTERS: Final = 32
"""Letters of a word that `_text` and `_content` compare."""
MAX_WORDS: Final = 4_000
"""Different words of one resource that `_text` and `_content` know: a thesis has twice as many."""
MAX_EXPRESSION_CHARACTERS: Final = 64 * 1024
MAX_EXPRESSION_DEPTH: Final = 100
MAX_MOMENT_CHARACTERS: Final = 64
"""A date and time in an expression or a resource: twice what nanoseconds and a zone take."""
MAX_UNIT_CHARACTERS: Final = 256
"""A UCUM unit with its annotations: the longest in common use have some 40."""
MAX_UNIT_EXPONENT: Final = 99
"""Of one unit, as in 10*-12: UCUM itself uses none above 23."""
MAX_UNIT_BITS: Final = 4 * 1024
"""Of the exact ratio between a unit and the base units: any real one takes some 300."""
MAX_UNIT_DEPTH: Final = 16
"""Nesting of parentheses in a unit; in practice there is one."""
MAX_VALUE_SET_DEPTH: Final = 16
"""Value sets that import each other, one within another: published ones go three deep."""
MAX_TERM_ANSWERS: Final = 65_536
"""Answers about codes that are kept for the next time: some 15 MB."""
MAX_PATH_ITEMS: Final = 1_000_000
"""Items that one run of a FHIRPath expression goes through: `repeat` may never end of itself."""
MAX_VALIDATION_ITEMS: Final = 2 * MAX_PATH_ITEMS
"""Items that all the rules of one validation go through together: some seconds."""
MAX_PATTERN_CHARACTERS: Final = 4_096
"""A regular expression of `matches`: the longest of R4's own invariants has 150."""
EXPRESSION_SECONDS: Final = 5
"""For one expression from outside on one resource: common ones take some millionths of that."""
MAX_EXPRESSION_MEMORY_BYTES: Final = 1024 * 1024 * 1024
"""Of the process in which expressions from a page are evaluated; Python and R4 take a tenth."""
MAX_EXPRESSIONS_AT_ONCE: Final = 2
"""Such processes at once; beyond, whoever tries an expression waits for a place."""
MAX_EXPRESSIONS_WAITING: Final = 8
"""Expressions of the page that wait for a place; beyond it, whoever asks is told to try again."""
MAX_TRIED_ITEMS: Final = 100
"""Items of a result that such a page shows; it counts them all."""
MAX_TRIED_ITEM_CHARACTERS: Final = 10_000
"""Of the JSON of one of them."""
DEFAULT_PAGE: Final = 50
MAX_PAGE: Final = 1_000
MAX_EVERYTHING: Final = 2_000
"""Resources of one page of `$everything`, unless `_count` asks for fewer: most records whole."""
MAX_INCLUDED: Final = 10_000
MAX_READS_TOGETHER: Final = 256
"""Reads by id in one statement."""
MAX_READS_WAITING: Final = 4_096
"""Reads by id of one type that wait for a statement; beyond, whoever reads waits for room."""
MAX_SEARCHES_TOGETHER: Final = 16
"""Searches of one form in one statement: the slowest of them is waited for."""
MAX_SEARCHES_WAITING: Final = 1_024
"""Searches of one form that wait for a statement; beyond, whoever searches waits for room."""
MAX_OPENED_BYTES: Final = 32 * 1024 * 1024
"""Memory of one process for resources opened lately, sealed and plain."""
MAX_PROOF_BYTES: Final = 16 * 1024
"""Sealed bodies up to this size are compared with what is remembered; larger ones are fetched."""
MAX_SORTED_IN_MEMORY: Final = 10_000
"""Matches decrypted to sort by a value that has no ordered column (names, codes)."""
STATEMENT_TIMEOUT_MS: Final = 10_000
CONNECT_SECONDS: Final = 5
"""For a connection to the database: beyond, it is taken for hung."""
COMMAND_SECONDS: Final = STATEMENT_TIMEOUT_MS / 1_000 + 5
"""For the answer to anything asked of the database, which ends statements itself before that."""
MAX_TYPE_FILTERS: Final = 64
"""Searches of one `_typeFilter`, those of all types together."""
MAX_FILTER_DEPTH: Final = 8
"""Parentheses in one another in a `_filter`."""
MAX_FILTER_TESTS: Final = 32
"""Comparisons of one `_filter`."""
MAX_SEARCHED_CODES: Final = 5_000
"""Codes that one `:in`, `:not-in`, `:above` or `:below` comes to: each is looked up."""
MAX_OWN_PARAMETERS: Final = 100
"""Search parameters of the establishment's own: each costs every write of its types."""
MAX_OWN_BASES: Final = 200
"""Base types one of them names: all of R4's, and some twice."""
MAX_OWN_EXPRESSION_CHARACTERS: Final = 4_096
"""Of its expression: the longest of R4's own has some 1,500."""

# --- Views --------------------------------------------------------------------------------
MAX_VIEW_COLUMNS: Final = 1_000
"""Columns of one view: SQL engines and spreadsheets stop about there."""
MAX_VIEW_EXPRESSIONS: Final = 2_000
"""FHIRPath expressions of one view, those of every branch of its unions together."""
MAX_VIEW_DEPTH: Final = 12
"""Selects and unions in one another: each is a loop in what runs the view."""
MAX_VIEW_CONSTANTS: Final = 200
MAX_VIEW_ROWS: Final = 100_000
"""Rows of one resource: what a cross product of its lists may come to, and no list does."""
MAX_VIEW_NAME_CHARACTERS: Final = 63
"""Name of a view, of a column, of a constant: what PostgreSQL allows an identifier."""

MAX_VIEWS_AT_ONCE: Final = 2
"""Asked for by machine clients, in one process: each takes a processor, and memory for batches."""
MAX_VIEW_RESOURCES: Final = 5_000_000
"""Read for one view asked for over HTTP; `hygie view` has no such bound."""
MAX_VIEW_ANSWER_BYTES: Final = 8 * 1024 * 1024 * 1024
"""Of one view over HTTP; beyond, the answer stays without its end."""
VIEW_SECONDS: Final = 900
"""For the whole answer of one view over HTTP."""

# --- Writes -------------------------------------------------------------------------------
MAX_WRITES_WAITING: Final = 1_024
"""Single writes waiting for their commit; beyond it, whoever writes waits for room."""
MAX_WRITES_TOGETHER: Final = 64
"""Single writes in one commit: bounds the time the last caller of a group waits."""

# --- HL7 v2 and intake --------------------------------------------------------------------
MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
MAX_SEGMENTS: Final = 20_000
MAX_XML_DEPTH: Final = 256
"""Nesting of a CDA document: tables in sections in sections stay far below."""
MAX_XML_PREFIXES: Final = 64
"""Prefixes of namespaces at one place of a resource in XML: R4 needs one, or none."""
MAX_XML_REPEATED_BYTES: Final = 1024 * 1024
"""Namespaces from further up that are written into the narratives of a document, together."""
MAX_LISTED_REFUSALS: Final = 1_000
"""Refused files an import names; beyond, it only counts them."""
MAX_LINE_BYTES: Final = MAX_RESOURCE_BYTES
"""One line of NDJSON."""

# --- HTTP and sessions --------------------------------------------------------------------
MAX_HEAD_BYTES: Final = 256 * 1024
"""A request line with its headers; the longest query string allowed is a quarter of it."""
HEAD_SECONDS: Final = 20
"""From the opening of a connection to the end of its first headers."""
BODY_SECONDS: Final = 30
"""For the body of a request, and one more for every MIN_BODY_BYTES_PER_SECOND that came."""
MIN_BODY_BYTES_PER_SECOND: Final = 8 * 1024
"""Slower than any line of a hospital or a practice."""
READER_SECONDS: Final = 60
"""How long an answer waits for someone who stopped reading it."""
MAX_CONNECTIONS: Final = 2_000
"""Open at once in one process; beyond it, requests are answered 503."""
MAX_URL_CHARACTERS: Final = 2_000
"""Of a profile asked for."""
MAX_FORM_BYTES: Final = 64 * 1024
MAX_TRIED_RESOURCE_CHARACTERS: Final = 256 * 1024
"""A resource pasted into the page on which expressions are tried: 99 % of messages are shorter."""
MAX_TRIED_EXPRESSION_CHARACTERS: Final = 4_096
"""An expression tried there: the longest of R4's own has 3,500."""
MAX_TRIED_FORM_BYTES: Final = 9 * (
    MAX_TRIED_RESOURCE_CHARACTERS + MAX_TRIED_EXPRESSION_CHARACTERS + 1_024
)
"""Both as a form sends them: nine bytes for a character such as « ’ »."""
MAX_PASSWORD_CHARACTERS: Final = 256
SESSION_IDLE_MINUTES: Final = 30
SESSION_IDLE_SHARED_MINUTES: Final = 10
"""The same on a workstation that several people use."""
SESSION_HOURS: Final = 10
SIGN_IN_MINUTES: Final = 10
"""From the password to the second factor, or to the end of setting one up."""
CHALLENGE_MINUTES: Final = 5
"""For whoever was asked for a passkey to bring it."""
MAX_PASSKEYS: Final = 10
"""Of one account: a telephone, a key, the one in the drawer, and room to spare."""
MAX_LABEL_CHARACTERS: Final = 60
"""Of what somebody calls a passkey."""
MAX_ASSERTION_CHARACTERS: Final = 16 * 1024
"""What a browser sends of a passkey: the longest attestations have some 6,000."""
SECOND_FACTOR_ATTEMPTS: Final = 5
"""Wrong codes for one account within SIGN_IN_WINDOW_MINUTES before a pause, from wherever: whoever
types them knows the password."""
STEP_UP_MINUTES: Final = 10
"""How long a proof of who is there is good for acts that ask for a fresh one."""
MAX_RESUMED_CHARACTERS: Final = 16 * 1024
"""Of a form that is kept while who sent it proves who they are; with more, it is typed again."""
MAX_SESSIONS_LISTED: Final = 50
"""Of one account, shown to its owner."""
MAX_TOKEN_DAYS: Final = 366
SIGN_IN_ATTEMPTS: Final = 10
"""Wrong passwords for one account within SIGN_IN_WINDOW_MINUTES before a pause is imposed."""
SIGN_IN_WINDOW_MINUTES: Final = 15
SIGN_IN_ATTEMPTS_ALL_SOURCES: Final = 100
"""The same from all addresses together; those that signed in lately are then still admitted."""
SIGN_IN_FAMILIAR_DAYS: Final = 90
"""How long an address counts as one from which the account is really used."""
MAX_FAMILIAR_PLACES: Final = 10_000
"""Addresses that people signed in from lately, known to a process: they wait before strangers."""
SIGN_IN_CONCURRENT: Final = 2
"""Passwords verified at once: each takes 64 MiB and some 50 ms of several cores (RFC 9106)."""
SIGN_IN_WAITING: Final = 64
"""Verifications waiting their turn, of known devices, of known addresses, and of strangers each;
beyond it, whoever signs in is asked to come back."""
MAX_NAME_CHARACTERS: Final = 64
"""Name of an account or of a machine client."""
MAX_DISPLAY_CHARACTERS: Final = 120
MAX_EMAIL_CHARACTERS: Final = 254
MAX_UNITS: Final = 50
"""Of one account."""
MAX_SCOPE_CHARACTERS: Final = 4_096
MAX_CONSTRAINT_PARAMETERS: Final = 8
"""Search parameters that narrow one scope: each is asked of every row it gives."""
CLIENT_CACHE_SECONDS: Final = 1
"""How long a revoked token may still be honoured by another process."""
CLIENT_CACHE_ENTRIES: Final = 1_024

# --- Keys ---------------------------------------------------------------------------------
MASTER_KEY_COMMAND_SECONDS: Final = 30
"""For the command that prints the master key: a key service answers, or the start is refused."""
MAX_MASTER_KEY_OUTPUT_BYTES: Final = 1_024
"""What that command may print; a key takes 64 characters at most."""

# --- Maintenance --------------------------------------------------------------------------
MAX_FINDING_EXAMPLES: Final = 10
"""Examples that `hygie doctor` keeps of each kind of finding; it counts them all."""

# --- Packages of definitions --------------------------------------------------------------
MAX_DEFINITION_BYTES: Final = 64 * 1024 * 1024
"""One definition: a code system of a whole classification takes some 30 MB."""
MAX_PACKAGE_BYTES: Final = 128 * 1024 * 1024
"""One package as it comes, compressed: all of HL7's terminology takes 12 MB."""
MAX_PACKAGE_UNPACKED_BYTES: Final = 512 * 1024 * 1024
"""All its files together. They are read one by one, and never written."""
MAX_PACKAGE_RATIO: Final = 200
"""Unpacked to packed, beyond FREE_UNPACKED_BYTES: definitions repeat themselves, up to 25."""
FREE_UNPACKED_BYTES: Final = 16 * 1024 * 1024
MAX_PACKAGE_FILES: Final = 50_000
"""Of the value sets of the whole United States there are 25,000."""
MAX_PACKAGES: Final = 200
"""Kept in one data directory: those of France, and all that they depend on, are some forty."""
MAX_PACKAGE_ISSUES: Final = 100
"""Files of a package that are named because they cannot be read; beyond, they are not named."""
MAX_PACKAGE_DEPENDENCIES: Final = 200
MAX_PACKAGE_NAME_CHARACTERS: Final = 128
MAX_SNAPSHOT_ELEMENTS: Final = 10_000
"""Of a profile, once unfolded: the largest of the French guides have 1,500."""
MAX_PROFILE_BASES: Final = 32
"""Profiles that one profile starts from, each from the next: in practice there are five."""
MAX_VERSION_CHARACTERS: Final = 64
"""Of a version that is compared with others; beyond, what follows does not count."""

# --- Reports on what is validated ---------------------------------------------------------
MAX_REPORT_EXAMPLES: Final = 3
"""Examples that a report gives of one rule; it counts them all."""
MAX_REPORT_FILES: Final = 100
"""Files that a report names, those with most errors; it counts them all."""
MAX_REPORT_NAMES: Final = 200
"""Rules of one severity, and profiles, that a report counts apart: packages choose their names."""
MAX_REPORT_NAME_CHARACTERS: Final = 200
"""Of a file, a profile or a rule in a report."""
MAX_BASELINE_BYTES: Final = 16 * 1024 * 1024
"""An earlier report to compare with: a hundred times the longest that is made."""

# --- Terminology --------------------------------------------------------------------------
MAX_ACCEPTED_LANGUAGES: Final = 16
"""Languages of one Accept-Language or displayLanguage that count: browsers send five."""
MAX_EXPANSION_CODES: Final = 1_000
"""Codes of a value set expanded without `count`: more is for reading by pages, or by a text."""
MAX_EXPANSION_PAGE: Final = 10_000
"""Codes of one page of an expansion, whatever `count` says: some 2 MB."""
MAX_EXPANSION_DEPTH: Final = 24
"""Codes of an expansion below each other: published systems go ten deep, JSON as we read it 64."""
MAX_CODES_LOOKED_AT: Final = 2_000_000
"""Codes held against filters, imports and excludes for one answer: some seconds."""
MAX_COUNTED_CODES: Final = 10_000
"""Codes gone through beyond a page to tell how many there are; more are not counted."""
MAX_COUNTED_MATCHES: Final = 380
"""The same, of codes found by a text: who types reads the first twenty, and types on."""
MAX_CODES_CHECKED_AT_ONCE: Final = 1_000
"""Validations of one `$batch-validate-code`: a resource rarely has a hundred codes."""
MAX_MAPS_FOLLOWED: Final = 4
"""Concept maps that each leave what they lack to another (`unmapped.url`): one is usual."""
MAX_CLOSURE_CONCEPTS: Final = 10_000
"""Concepts of one closure table, which `$closure` keeps for a client: some 600 KB."""

# --- Policies -----------------------------------------------------------------------------
MAX_POLICY_BYTES: Final = 4 * 1024 * 1024
"""The file of clauses, required profiles and silences: some 10,000 of them."""
MAX_MOTIVE_CHARACTERS: Final = 500
"""Why a rule is silenced."""
MAX_SILENCE_DAYS: Final = 366
"""For how long: what is wrong for longer is a matter of the contract, not of a silence."""

# --- Nomenclatures ------------------------------------------------------------------------
MAX_TERMINOLOGY_AT_ONCE: Final = 2
"""Questions of terminology worked on, in one process: each takes a processor. Others wait."""
MAX_TERMINOLOGY_SECONDS: Final = 10
"""For one answer: the longest of real ones, a page of SNOMED by several filters, takes some 3 s."""
MAX_CLOSURES: Final = 100
"""Closure tables of one client."""
MAX_CODES_IN_USE: Final = 200_000
"""Different codes that a count of what is in use tells apart: a hospital has some 20,000."""
MAX_SUGGESTIONS: Final = 12
"""Codes proposed for a local one: more than a person compares."""

# --- What is sent out, and fetched --------------------------------------------------------
OUTBOUND_SECONDS: Final = 10
"""For one request, from the name to the head of the answer, unless its caller says otherwise."""
RESOLUTION_SECONDS: Final = 5
"""For the addresses of one name."""
RESOLUTIONS_AT_ONCE: Final = 8
"""Names asked for at once in one process: those of somebody's slow server hold up no more."""
MAX_OUTBOUND_CONNECTIONS: Final = 512
"""Open at once in one process, idle ones included."""
MAX_OUTBOUND_CONNECTIONS_PER_PLACE: Final = 16
"""To one host and port: many subscriptions of one sleeping subscriber leave room for the others."""
OUTBOUND_IDLE_SECONDS: Final = 4
"""How long a connection waits for its next request: common servers end them after five."""
MAX_ANSWER_HEADER_BYTES: Final = 8 * 1024
"""Of one header of an answer."""
MAX_ANSWER_HEADERS: Final = 100
MAX_DRAINED_BYTES: Final = 16 * 1024
"""Read of the body of an answer whose head says it all; with more, its connection is ended."""
DRAIN_SECONDS: Final = 1
"""For that."""
MAX_RETRY_AFTER_SECONDS: Final = 3_600
"""Of what a subscriber asks for (`Retry-After`): an hour later it is tried again all the same."""

# --- Subscriptions ------------------------------------------------------------------------
MAX_CLIENT_SUBSCRIPTIONS: Final = 2_000
"""Of one machine client, those that are off counted: one a ward and topic, and room to spare."""
MAX_SUBSCRIPTION_FILTERS: Final = 16
MAX_SUBSCRIPTION_HEADERS: Final = 16
MAX_SUBSCRIPTION_ENDPOINT_CHARACTERS: Final = 2_000
MAX_NOTIFICATION_EVENTS: Final = 100
"""Events in one notification, whatever `backport-max-count` asks for."""
MAX_NOTIFICATION_BYTES: Final = 8 * 1024 * 1024
"""Of the resources in one notification; what follows goes with the next."""
MAX_NOTIFICATION_INCLUDED: Final = 50
"""Resources that a topic's `notificationShape` adds to one event."""
DEFAULT_NOTIFICATION_SECONDS: Final = 10
"""For one attempt to deliver, unless `backport-timeout` asks for another time."""
MAX_NOTIFICATION_SECONDS: Final = 60
MIN_HEARTBEAT_SECONDS: Final = 5
MAX_EVENTS_KEPT: Final = 10_000
"""Of one subscription: older ones are dropped, and `$events` says from which number it can tell."""
EVENT_DAYS: Final = 14
"""How long events are kept: a summer holiday of whoever looks after the other end."""
MAX_DELIVERY_ATTEMPTS: Final = 12
"""In vain, one after the other, before a subscription is in error: some twenty minutes."""
MAX_DELIVERY_PAUSE_SECONDS: Final = 300
"""Between two attempts."""
MAX_DELIVERIES_AT_ONCE: Final = 64
"""Of the house."""
MAX_DELIVERIES_TO_A_HOST: Final = 8
"""At once."""
MAX_CHANGES_TOGETHER: Final = 500
"""Transactions that are matched with subscriptions in one go."""
MAX_TOPIC_TRIGGERS: Final = 32
MAX_TOPIC_FILTERS: Final = 100
MAX_TOPIC_ITEMS: Final = 20_000
"""Items that the FHIRPath of one trigger goes through for one change: some ten milliseconds."""
MAX_SOCKETS: Final = 500
"""WebSockets open at once in one process."""
MAX_SOCKET_SUBSCRIPTIONS: Final = 100
"""Bound to one WebSocket."""
BINDING_TOKEN_SECONDS: Final = 60
"""For a WebSocket to present the token that it was given."""
