-- One row per sealed transfer (kind 1) or settlement (kind 2): ids are unique across both. The hash
-- of a transfer covers the hash of the one before it in the chain of each account that keeps a
-- balance (deploy/decisions/0006-hash-chain.md). day: the China day in whose root it counts.
create table seal (
    id bigint primary key,
    kind smallint not null check (kind in (1, 2)),
    day date not null,
    hash bytea not null check (octet_length(hash) = 32)
);
create trigger seal_append_only before update or delete on seal
    for each statement execute function refuse_change();

-- A day's seals in ascending order of id are the leaves of its Merkle tree. Open days count their
-- leaves; a closed one has the tree's root (merkle), the root chained to the day before (root), and
-- for every 1024 leaves the first id (8 bytes) and the subtree's root (32 bytes).
create table day_root (
    day date primary key,
    leaves bigint not null check (leaves > 0),
    first_id bigint not null,
    last_id bigint not null,
    merkle bytea,
    previous bytea,
    root bytea,
    blocks bytea,
    closed_at timestamptz,
    check ((closed_at is null) = (root is null)),
    check ((closed_at is null) = (merkle is null))
);
create function refuse_change_when_closed() returns trigger language plpgsql as $$
begin
    if old.closed_at is not null then
        raise exception 'the day % is closed', old.day using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger day_root_closed before update or delete on day_root
    for each row execute function refuse_change_when_closed();

-- One row: everything up to sealed_to is sealed. Whoever seals holds its lock.
create table seal_state (
    only_one boolean primary key default true check (only_one),
    sealed_to bigint not null
);
insert into seal_state (sealed_to) values (0);

-- What a check of the books found.
create table verification (
    id bigint primary key,
    begun_at timestamptz not null,
    ended_at timestamptz not null,
    counts jsonb not null,
    findings jsonb not null
);

-- An institution's settlements of a period, for its statement.
create index if not exists settlement_institution on settlement (fixmedins_code, id);

-- backwards

drop index if exists settlement_institution;
drop table verification, seal_state, day_root, seal;
drop function refuse_change_when_closed();
