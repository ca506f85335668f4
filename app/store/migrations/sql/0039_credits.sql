-- From which month on a person's credit is reckoned from which base.
create table account_base (
    person_id bigint not null references person (id),
    since date not null check (extract(day from since) = 1),
    base_fen bigint not null check (base_fen >= 0),
    source varchar(64) not null,
    noted_at timestamptz not null,
    primary key (person_id, since)
);

-- Money for an account: one row a person, kind and month. kind: 1 the month's own, 2 in advance,
-- 3 in addition, 4 taken back. state: 1 waits, 2 booked, 3 passed over, the person being suspended.
-- amount_fen is what it comes to (negative: taken back), owed_fen what of a negative one could not
-- be taken yet. No foreign key to people: a month has as many rows as there are accounts.
create table account_credit (
    id bigint primary key,
    person_id bigint not null,
    kind smallint not null check (kind between 1 and 4),
    period date not null check (extract(day from period) = 1),
    state smallint not null check (state between 1 and 3),
    base_fen bigint check (base_fen >= 0),
    given_fen bigint check (given_fen > 0),
    place varchar(6),
    retired boolean,
    gross_fen bigint not null default 0 check (gross_fen >= 0),
    withheld_fen bigint not null default 0 check (withheld_fen between 0 and gross_fen),
    set_off_fen bigint not null default 0 check (set_off_fen >= 0),
    amount_fen bigint not null default 0,
    owed_fen bigint not null default 0,
    source varchar(64) not null,
    made_at timestamptz not null,
    booked_at timestamptz,
    constraint account_credit_once unique (person_id, kind, period),
    check (owed_fen between 0 and greatest(0, -amount_fen)),
    check (state = 2 or amount_fen = 0),
    check (state <> 2 or amount_fen = case kind when 4 then -gross_fen
        else gross_fen - withheld_fen - set_off_fen end),
    check ((state = 2) = (booked_at is not null)),
    check ((state = 2) = (place is not null))
);
create index account_credit_open on account_credit (person_id) where state in (1, 3);
create index account_credit_owed on account_credit (person_id) where owed_fen > 0;

-- Which row of the account's year a transfer belongs to.
create table account_posting (
    transfer_id bigint primary key,
    row_id bigint not null
);
create index account_posting_row on account_posting (row_id);
create trigger account_posting_append_only before update or delete on account_posting
    for each statement execute function refuse_change();
create trigger account_posting_no_truncate before truncate on account_posting
    for each statement execute function refuse_change();

-- How far a run over a region's people has come, and what it has done in all. kind: 1 credits.
create table account_run (
    id bigint primary key,
    kind smallint not null,
    region varchar(6) not null,
    period date not null,
    done_to bigint not null default 0,
    people bigint not null default 0,
    rows bigint not null default 0,
    amount_fen bigint not null default 0,
    begun_at timestamptz not null,
    moved_at timestamptz not null,
    ended_at timestamptz,
    unique (kind, region, period)
);

-- backwards

drop table account_run, account_posting, account_credit, account_base;
