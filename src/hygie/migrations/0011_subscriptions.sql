-- Who subscribed, and what each is to be sent. The Subscription itself is a resource as any other;
-- here is what it does not say: on whose behalf it stands, and how far its events have come.

CREATE TABLE hygie.subscription (
    key       bigint PRIMARY KEY,          -- keyed hash of "Subscription/id"
    number    bigint NOT NULL DEFAULT 0,   -- of its last event: events since it began
    delivered bigint NOT NULL DEFAULT 0,   -- of the last event that its channel has taken
    failures  integer NOT NULL DEFAULT 0,  -- attempts in vain since then
    client    bigint NOT NULL,             -- keyed hash of the client's name
    sealed    bytea NOT NULL               -- whose it is: token, name, scopes as it was written
);

CREATE INDEX subscription_client ON hygie.subscription (client);

-- What is told, in order, written before anything is sent: at least once, without gaps. Numbers
-- and keyed hashes: nothing here that `hygie.resource` does not show already.
CREATE TABLE hygie.subscription_event (
    subscription bigint NOT NULL,
    number       bigint NOT NULL,
    patient      bigint NOT NULL,
    key          bigint NOT NULL,          -- of the focus: keyed hash of "Type/id"
    at           timestamptz NOT NULL,
    version      integer NOT NULL,
    type         smallint NOT NULL,
    interaction  smallint NOT NULL,        -- 0 create, 1 update, 2 delete
    PRIMARY KEY (subscription, number, patient)
);

CREATE INDEX subscription_event_at ON hygie.subscription_event (at);
