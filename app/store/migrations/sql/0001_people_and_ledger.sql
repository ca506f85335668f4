-- Node numbers for the id makers of running processes.
create sequence node_number minvalue 0 maxvalue 1023 cycle;

-- One row per insured person. Names and ID numbers are sealed (SM4-GCM); the *_index columns are
-- HMAC-SM3 under the index key, for look-up and comparison.
create table person (
    id bigint primary key,
    psn_no varchar(30) not null unique,
    psn_name_sealed bytea not null,
    psn_name_index bytea not null,
    psn_cert_type varchar(6) not null,
    certno_sealed bytea not null,
    certno_index bytea not null,
    gend varchar(1) not null check (gend in ('0', '1', '2', '9')),
    brdy date not null,
    insutype varchar(6) not null check (insutype in ('310', '390')),
    psn_type varchar(6) not null,
    psn_insu_stas varchar(3) not null,
    insuplc_admdvs varchar(6) not null check (insuplc_admdvs ~ '^[0-9]{6}$'),
    suspended boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (psn_cert_type, certno_index)
) with (fillfactor = 90);

create table institution (
    fixmedins_code varchar(12) primary key,
    fixmedins_name varchar(200) not null,
    fixmedins_type varchar(3) not null,
    hosp_lv varchar(3) not null,
    admdvs varchar(6) not null check (admdvs ~ '^[0-9]{6}$'),
    auth_scheme varchar(10) not null check (auth_scheme in ('tif', 'hmac-sm3', 'sm2')),
    key_id varchar(64) not null unique,
    secret_sealed bytea not null,
    secret_index bytea not null,
    outpatient_pooling boolean not null,
    cross_region boolean not null,
    updated_at timestamptz not null default now()
);

create table catalogue_item (
    med_list_codg varchar(50) primary key,
    name varchar(200) not null,
    list_type varchar(3) not null,
    chrgitm_lv varchar(2) not null check (chrgitm_lv in ('01', '02', '03')),
    selfpay_prop numeric(5, 4) not null check (selfpay_prop between 0 and 1),
    pric_uplmt_amt numeric(16, 6) check (pric_uplmt_amt >= 0),
    licence varchar(20) not null default '',
    updated_at timestamptz not null default now()
);

-- kind: 1 current-year part, 2 carried-over part, 3 wallet (people's: they keep a balance);
-- 11 pooled fund, 12 an institution's payable, 13 contributions, 14 suspense (flows: none, so they
-- are never a hot row). version counts the transfers that touched the balance.
create table account (
    id bigint primary key,
    kind smallint not null,
    person_id bigint references person (id),
    flow_code varchar(30),
    balance_fen bigint check (balance_fen >= 0),
    version bigint not null default 0,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    successor_id bigint references account (id),
    check ((kind in (1, 2, 3)) = (person_id is not null)),
    check ((person_id is null) = (balance_fen is null)),
    check ((person_id is null) = (flow_code is not null))
) with (fillfactor = 80);
create unique index account_person on account (person_id, kind)
    where person_id is not null and closed_at is null;
create index account_person_all on account (person_id) where person_id is not null;
create unique index account_flow on account (kind, flow_code) where flow_code is not null;

-- The ledger. Append-only: the trigger refuses UPDATE and DELETE. For the side that keeps a
-- balance, *_version is the transfer's place in that account's chain, *_after_fen its balance then.
-- No foreign keys on the settlement path (here and in 0003): each would lock the parent row, and a
-- pooled fund or a busy pharmacy would become a hot row. `qinji ledger verify` checks them instead.
create table transfer (
    id bigint primary key,
    kind smallint not null,
    settlement_id bigint,
    grant_id bigint,
    reverses_id bigint,
    debit_account bigint not null,
    credit_account bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    debit_version bigint,
    debit_after_fen bigint check (debit_after_fen >= 0),
    credit_version bigint,
    credit_after_fen bigint check (credit_after_fen >= 0),
    created_at timestamptz not null,
    check (debit_account <> credit_account)
);
create unique index transfer_debit_chain on transfer (debit_account, debit_version)
    where debit_version is not null;
create unique index transfer_credit_chain on transfer (credit_account, credit_version)
    where credit_version is not null;
create unique index transfer_reverses on transfer (reverses_id) where reverses_id is not null;
create index transfer_settlement on transfer (settlement_id) where settlement_id is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger transfer_append_only before update or delete on transfer
    for each statement execute function refuse_change();

-- backwards

drop table transfer, account, catalogue_item, institution, person;
drop function refuse_change;
drop sequence node_number;
