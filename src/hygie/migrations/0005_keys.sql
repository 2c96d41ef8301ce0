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
    ADD COLUMN generation smallint NOT NULL REFERENCES hygie.wrapped_key (generation),
    ADD COLUMN former bytea,
    ADD COLUMN destroyed timestamptz,
    ADD CHECK ((destroyed IS NULL) <> (wrapped = ''));
-- `former`: the key before it, wrapped alike, while a patient's bodies are being sealed anew.
-- `destroyed`: since when there is no key; the row stays, so that none is made again.

-- The establishment's own dictionaries; `resources` is how many there were when it was trained.
CREATE TABLE hygie.dictionary (
    number smallint PRIMARY KEY,
    sealed bytea NOT NULL,
    resources bigint NOT NULL,
    created timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE hygie.dictionary ALTER COLUMN sealed SET STORAGE EXTERNAL;
