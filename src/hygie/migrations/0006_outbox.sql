-- The outbox: what each transaction changed, for those who act on changes (subscriptions, alerts).
--
-- Written within the transaction, one row for it, and only while somebody is registered. Keyed
-- hashes and numbers: nothing here that `hygie.resource` does not show already.
--
-- `rank`, with `position`, is an order in which a change comes after every change it could see:
-- the transaction's own number, or that of the newest one it had seen finished, whichever is larger.
-- No transaction still running can get a rank below `pg_snapshot_xmin`: what lies below is complete.
-- See hygie.store.outbox.

CREATE TABLE hygie.outbox (
    rank     bigint NOT NULL DEFAULT greatest(
        pg_current_xact_id()::text::bigint,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1
    ),
    position bigint GENERATED ALWAYS AS IDENTITY,
    types    smallint[] NOT NULL,
    keys     bigint[] NOT NULL,
    versions integer[] NOT NULL,
    deleted  boolean[] NOT NULL,
    PRIMARY KEY (rank, position)
);

-- Who reads it, and the last row that each has dealt with.
CREATE TABLE hygie.outbox_consumer (
    name     text PRIMARY KEY,
    rank     bigint NOT NULL,
    position bigint NOT NULL
);
