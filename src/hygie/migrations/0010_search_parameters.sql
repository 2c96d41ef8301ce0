-- Search parameters of the establishment's own, and how far what was there before is indexed by them.
-- See docs/search.md, "Parameters of one's own". Definitions only: nothing of a patient.

-- By which parameters rows are filed. Every write says which version it knows, and fails if that is
-- not this one: so no row is filed by rules that were replaced.
CREATE TABLE hygie.index_version (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL
);
INSERT INTO hygie.index_version (version) VALUES (0);

-- filing: writers file by it; those that do not know it yet are waited for.
-- indexing: the same, and what was there before is being read.
-- active: searched by.
-- retiring: searched by no longer; writers still file by it, for those that have not heard.
-- cleaning: nobody files by it; its tokens are taken off the rows. Then its row goes.
CREATE TABLE hygie.search_parameter (
    edition    integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url        text NOT NULL,
    definition bytea NOT NULL,
    state      text NOT NULL
        CHECK (state IN ('filing', 'indexing', 'active', 'retiring', 'cleaning')),
    pass       integer,
    since      timestamptz NOT NULL DEFAULT now()
);

-- What could not be taken up, and why.
CREATE TABLE hygie.search_parameter_refused (
    url    text PRIMARY KEY,
    reason bytea NOT NULL
);

-- One reading of the rows of a type, for all parameters that share its number.
CREATE SEQUENCE hygie.index_pass_number AS integer;
CREATE TABLE hygie.index_pass (
    pass          integer NOT NULL,
    type          smallint NOT NULL REFERENCES hygie.resource_type (code),
    after_key     bigint NOT NULL,
    after_patient bigint NOT NULL,
    expected      bigint NOT NULL,
    done          bigint NOT NULL DEFAULT 0,
    changed       bigint NOT NULL DEFAULT 0,
    started       timestamptz NOT NULL DEFAULT now(),
    finished      timestamptz,
    PRIMARY KEY (pass, type)
);
