-- How an institution signed before the last change of its scheme, key or secret, and until when that
-- holds beside the new one.
alter table institution
    add column former_scheme varchar(10),
    add column former_key_id varchar(64),
    add column former_secret_sealed bytea,
    add column former_until timestamptz;
create index institution_former_key_id on institution (former_key_id) where former_key_id is not null;

-- backwards

alter table institution
    drop column former_until,
    drop column former_secret_sealed,
    drop column former_key_id,
    drop column former_scheme;
