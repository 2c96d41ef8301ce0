-- Keys in envelopes: the master key, kept elsewhere, wraps a few keys, and they wrap the others.
-- See docs/keys.md.

-- 0: the store key, from which the index, the establishment's key… derive. 1 and more: generations of
-- the key that wraps the patients' keys. All are wrapped by one master key, named by `master`.
CREATE TABLE hygie.wrapped_key (
    generation smallint PRIMARY KEY,
    master text NOT NULL,
    wrapped bytea NOT NULL,
    created timestamptz NOT NULL DEFAULT now()
);

-- The foreign key is what keeps a generation in which a writer, elsewhere, is just wrapping a key.
ALTER TABLE hygie.patient_key
    ADD COLUMN generation smallint NOT NULL REFERENCES hygie.wrapped_key (generation);
