-- The keys that this database knows, and which of each kind is for writing. A key stands here as long
-- as rows need it. `named`: what is made with it carries its id; the first key's values don't.
-- walked_at: nothing that can be made anew needs it any more; kept_sealed: the key itself, sealed with
-- the newest, for what stays: hashes of messages; for a day, what lies in Redis.
create table sealing_key (
    kind varchar(5) not null check (kind in ('data', 'index')),
    key_id bytea not null check (octet_length(key_id) = 4),
    named boolean not null,
    writing boolean not null,
    proof bytea not null,
    kept_sealed bytea,
    walked_at timestamptz,
    since timestamptz not null default now(),
    primary key (kind, key_id)
);
create unique index sealing_key_writing on sealing_key (kind) where writing;

-- Who runs, which keys he can read and which he writes with.
create table sealing_process (
    name varchar(100) primary key,
    program varchar(40) not null,
    data_keys bytea[] not null,
    index_keys bytea[] not null,
    data_writing bytea not null,
    index_writing bytea not null,
    at timestamptz not null
);

-- backwards
-- The version before reads no value that carries its key's id.
do $$
begin
    if exists (select from sealing_key where named) then
        raise exception 'keys have been exchanged, which the version before can''t read';
    end if;
end $$;
drop table sealing_process;
drop table sealing_key;
