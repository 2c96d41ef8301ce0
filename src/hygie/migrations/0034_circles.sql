-- Whether a patient is in a circle: bytes, as `hygie.store.search.circles` writes them. Sent so, thousands
-- of patients are neither read one by one nor planned with, and a statement is the same for all circles.
--
-- Buckets of 64 bytes hold up to eight keys of 8; a key is in one of its two buckets. 0, no patient,
-- fills what is empty and must not be asked for. To call it costs little, and PostgreSQL has to know: it
-- would else look for ways around it.
CREATE FUNCTION hygie.circle_holds(circle bytea, patient bigint) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 2 AS $$
BEGIN
    RETURN position(int8send(patient) IN substr(circle, 1 + 64 *
            ((patient & 9223372036854775807) % (octet_length(circle) / 64))::int, 64)) % 8 = 1
        OR position(int8send(patient) IN substr(circle, 1 + 64 *
            (((patient & 9223372036854775807) >> 31) % (octet_length(circle) / 64))::int, 64)) % 8 = 1;
END
$$;

-- The same of what is of no patient or of several, and says whose it is by its links: that of nobody,
-- which `house` lets in, or those of the patients it names.
CREATE FUNCTION hygie.circle_names(
    circle bytea, house boolean, nobody bigint, links bigint[]
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 2 AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM unnest(links) link
        WHERE CASE link WHEN nobody THEN house ELSE hygie.circle_holds(circle, link # nobody) END
    );
END
$$;
