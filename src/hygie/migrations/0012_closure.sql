-- Closure tables that clients keep (R4 ConceptMap/$closure): what each holds, sealed.
-- `name` is a keyed hash of the client and of the name it gave.

CREATE TABLE hygie.closure (
    name bigint PRIMARY KEY,
    client bigint NOT NULL,
    version integer NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX closure_of_client ON hygie.closure (client);
