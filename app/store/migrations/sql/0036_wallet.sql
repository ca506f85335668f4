-- 医保钱包. Two halves of one transfer, with one id, in two tables that no statement joins (law 16):
-- the sender's half lies with the sender's people, the payee's with the payee's. There is no foreign
-- key from one to the other, nor to people who may lie in another cell.
create table wallet (
    person_id bigint primary key references person (id),
    opened_by bigint not null,
    binding_id bigint,
    place varchar(6) not null,
    opened_at timestamptz not null,
    check ((opened_by = person_id) = (binding_id is null))
);

-- state: 1 pending, 2 accepted, 3 refused, 4 expired. source: 1 personal account, 2 wallet.
create table wallet_sent (
    id bigint primary key,
    person_id bigint not null references person (id),
    made_by bigint not null,
    binding_id bigint,
    mark varchar(64) not null,
    returns_id bigint,
    source smallint not null check (source in (1, 2)),
    amount_fen bigint not null check (amount_fen > 0),
    province varchar(2) not null,
    other_id bigint,
    other_province varchar(2) not null,
    other_name varchar(50) not null,
    tied boolean not null,
    relation varchar(30) not null,
    day date not null,
    made_at timestamptz not null,
    expires_at timestamptz,
    delivered_at timestamptz,
    state smallint not null check (state between 1 and 4),
    ended_at timestamptz,
    check ((made_by = person_id) = (binding_id is null)),
    check ((state = 1) = (ended_at is null)),
    check ((returns_id is null) = (expires_at is not null)),
    check (returns_id is null or state in (1, 2)),
    check (other_id is not null or state in (1, 4))
);
create unique index wallet_sent_mark on wallet_sent (person_id, mark);
create index wallet_sent_person on wallet_sent (person_id, id);
create index wallet_sent_returns on wallet_sent (returns_id) where returns_id is not null;
create index wallet_sent_undelivered on wallet_sent (id)
    where delivered_at is null and state = 1 and other_id is not null;
create index wallet_sent_pending on wallet_sent (expires_at) where state = 1;

create table wallet_offer (
    id bigint primary key,
    person_id bigint not null references person (id),
    returns_id bigint,
    amount_fen bigint not null check (amount_fen > 0),
    province varchar(2) not null,
    other_id bigint not null,
    other_province varchar(2) not null,
    other_name varchar(50) not null,
    other_gend varchar(1) not null,
    relation varchar(30) not null,
    tied boolean not null,
    made_at timestamptz not null,
    expires_at timestamptz,
    state smallint not null check (state between 1 and 4),
    decided_at timestamptz,
    decided_by bigint,
    binding_id bigint,
    follow_from timestamptz,
    told_at timestamptz,
    check ((state = 1) = (decided_at is null)),
    check ((state = 1) = (follow_from is null)),
    check (told_at is null or state <> 1),
    check ((returns_id is null) = (expires_at is not null)),
    check (returns_id is null or state = 2)
);
create index wallet_offer_person on wallet_offer (person_id, id);
create index wallet_offer_returns on wallet_offer (returns_id) where returns_id is not null;
create index wallet_offer_untold on wallet_offer (follow_from) where state <> 1 and told_at is null;

-- Which transfers of the ledger the payee's half has made: of an acceptance one, of what comes back
-- one for each account that it had come from.
create table wallet_posting (
    transfer_id bigint primary key,
    wallet_id bigint not null
);
create index wallet_posting_wallet on wallet_posting (wallet_id);
create trigger wallet_posting_append_only before update or delete on wallet_posting
    for each statement execute function refuse_change();
create trigger wallet_posting_no_truncate before truncate on wallet_posting
    for each statement execute function refuse_change();

-- backwards

drop table wallet_posting, wallet_offer, wallet_sent, wallet;
