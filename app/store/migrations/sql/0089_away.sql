-- Months whose bills' transfers lie in an archive (deploy/decisions/0031-away.md).
--
-- A part of the transfers that has been brought away: what it held, what was kept of it, and the
-- archive that has the rest. Its owner writes here (qinji months detach), who serves only reads.
create table month_away (
    part text primary key,
    begins bigint not null,
    ends bigint not null,
    gone bigint not null,
    kept bigint not null,
    kept_hash bytea not null,
    archive bytea not null,
    beside boolean not null default true,
    away_at timestamptz not null default present(),
    check (begins < ends)
);
-- Where an account's books begin since: of one that keeps a balance its place in the chain, the
-- balance after it and the hash it was sealed with; of a flow what the rows that are away added up to.
create table month_base (
    account_id bigint primary key,
    version bigint not null default 0,
    fen bigint not null,
    hash bytea
);
-- The first id whose bills' transfers are all here.
create function away_until() returns bigint language sql stable as $$
    select coalesce(max(ends), 0) from public.month_away
$$;

-- backwards

do $$
begin
    if exists (select from month_away) then
        raise exception 'months are away: bring them back first (qinji months attach)';
    end if;
end $$;
drop function away_until();
drop table month_base;
drop table month_away;
