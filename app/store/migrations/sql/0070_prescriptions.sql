-- Prescriptions. state: 0 checked before it is signed, 1 issued, 2 withdrawn, 3 sold for cash. What was
-- found and prescribed lies in details_sealed, the signed document in file_sealed. issue_id: made when it
-- is issued, in order of time.
create table prescription (
    id bigint primary key,
    hi_rxno varchar(30) not null unique,
    trace_code varchar(20) not null,
    fixmedins_code varchar(14) not null,
    msgid varchar(30) not null,
    hosp_rxno varchar(40) not null,
    person_id bigint not null references person (id),
    mdtrt_id varchar(30) not null,
    med_type varchar(6) not null,
    state smallint not null default 0 check (state between 0 and 3),
    details_sealed bytea not null,
    file_sealed bytea,
    prescribed_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > prescribed_at),
    checked_at timestamptz not null,
    issue_id bigint unique,
    issued_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_sealed bytea,
    unique (fixmedins_code, msgid),
    check ((state = 0) = (issued_at is null)),
    check ((issue_id is null) = (issued_at is null)),
    check ((state = 2) = (withdrawn_at is not null))
);
create unique index prescription_once on prescription (fixmedins_code, hosp_rxno) where state in (1, 3);
create index prescription_person on prescription (person_id, ends_at) where state > 0;
create index prescription_left on prescription (fixmedins_code, checked_at) where state = 0;

-- What is counted of it: no more is dispensed than was prescribed, whoever settles at the same moment.
create table prescription_item (
    prescription_id bigint not null references prescription (id) on delete cascade,
    med_list_codg varchar(50) not null,
    prescribed numeric(16, 4) not null check (prescribed > 0),
    dispensed numeric(16, 4) not null default 0,
    primary key (prescription_id, med_list_codg),
    check (dispensed >= 0 and dispensed <= prescribed)
);

-- What settlements dispensed, line by line; freed_by: what gave it back.
create table prescription_sale (
    settlement_id bigint not null,
    feedetl_sn varchar(30) not null,
    prescription_id bigint not null references prescription (id),
    med_list_codg varchar(50) not null,
    fixmedins_code varchar(14) not null,
    cnt numeric(16, 4) not null check (cnt > 0),
    sold_at timestamptz not null,
    freed_by bigint,
    freed_at timestamptz,
    primary key (settlement_id, feedetl_sn),
    check ((freed_by is null) = (freed_at is null))
);
create index prescription_sale_of on prescription_sale (prescription_id);

-- A pharmacy may fetch a prescription for a while, by a token of which only the digest lies here; then
-- its pharmacist verifies and checks it.
create table prescription_access (
    id bigint primary key,
    list_id bigint not null,
    prescription_id bigint not null references prescription (id),
    fixmedins_code varchar(14) not null,
    token_digest bytea not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    fetched_at timestamptz,
    voided_at timestamptz,
    verified_id bigint,
    check_id bigint unique,
    opinion smallint check (opinion in (1, 2)),
    check_sealed bytea,
    checked_at timestamptz,
    check ((check_id is null) = (checked_at is null))
);
create index prescription_access_of on prescription_access (prescription_id);
create index prescription_access_list on prescription_access (list_id);

-- What a phone shows of a prescription instead of the patient's own code, once, for some minutes.
create table prescription_code (
    code_digest bytea primary key,
    prescription_id bigint not null references prescription (id),
    shown_by bigint not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index prescription_code_ends on prescription_code (expires_at);

-- What pharmacies tell of a sale on a prescription. settlement_id: which sale it is of; with it goes
-- what was told.
create table prescription_told (
    id bigint primary key,
    prescription_id bigint not null references prescription (id),
    fixmedins_code varchar(14) not null,
    msgid varchar(30) not null,
    check_id bigint not null,
    settlement_id bigint,
    self_paid boolean not null,
    details_sealed bytea not null,
    told_at timestamptz not null,
    withdrawn_at timestamptz,
    unique (fixmedins_code, msgid)
);
create index prescription_told_of on prescription_told (prescription_id);
create index prescription_told_settled on prescription_told (settlement_id)
    where settlement_id is not null and withdrawn_at is null;

-- How a parcel with its medicines goes, as it is told (7209, 7210).
create table prescription_parcel (
    id bigint primary key,
    prescription_id bigint not null references prescription (id),
    fixmedins_code varchar(14) not null,
    msgid varchar(30) not null,
    kind smallint not null check (kind in (1, 2)),
    details_sealed bytea not null,
    told_at timestamptz not null,
    unique (fixmedins_code, msgid)
);
create index prescription_parcel_of on prescription_parcel (prescription_id);

-- Who is prescribed something is told from now on.
insert into feed (name, read_to)
select 'notice-prescriptions', (((extract(epoch from now()) * 1000)::bigint - 1704067200000) << 22)
on conflict do nothing;

-- backwards

delete from feed_batch where name = 'notice-prescriptions';
delete from feed where name = 'notice-prescriptions';
drop table prescription_parcel, prescription_told, prescription_code, prescription_access,
    prescription_sale, prescription_item, prescription;
