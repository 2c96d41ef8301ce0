-- The rights that the last trace of a change named: one row. `sealed` holds version and digest; one that
-- was written without the key is as none, and the next start leaves a trace.

CREATE TABLE hygie.rights_in_force (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    sealed bytea NOT NULL,
    since  timestamptz NOT NULL
);
