-- An account's year that is over: what each part's months' last balances add up to (fen times
-- months), what is owed likewise, the interest on them, and what was carried over. The versions are
-- those at the year's end, from which the next one is read on.
create table account_close (
    id bigint primary key,
    person_id bigint not null,
    begun_on date not null check (extract(day from begun_on) = 1),
    ended_on date not null check (extract(day from ended_on + 1) = 1),
    place varchar(6) not null,
    current_product bigint not null,
    carried_product bigint not null,
    owed_product bigint not null check (owed_product >= 0),
    interest_fen bigint not null check (interest_fen >= 0),
    moved_fen bigint not null check (moved_fen >= 0),
    current_account bigint not null,
    current_version bigint not null,
    carried_account bigint not null,
    carried_version bigint not null,
    made_at timestamptz not null,
    constraint account_close_once unique (person_id, ended_on),
    check (begun_on < ended_on)
);
create trigger account_close_append_only before update or delete on account_close
    for each statement execute function refuse_change();
create trigger account_close_no_truncate before truncate on account_close
    for each statement execute function refuse_change();

-- backwards

drop table account_close;
