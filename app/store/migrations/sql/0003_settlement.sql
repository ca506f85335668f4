create table till_sign_in (
    sign_no varchar(30) primary key,
    fixmedins_code varchar(12) not null references institution (fixmedins_code),
    opter_no varchar(30) not null,
    signed_in_at timestamptz not null,
    signed_out_at timestamptz
);

-- What a till asked for, written before any work. Never changed. The unique key makes a message
-- count once; the hash tells a repeat from another message under the same msgid. A tombstone (a
-- reversal that came before its original) is a row without a hash.
create table request (
    id bigint primary key,
    fixmedins_code varchar(12) not null,
    msgid varchar(30) not null,
    infno varchar(10) not null,
    lane smallint not null,
    body_hash bytea,
    body jsonb not null,
    received_at timestamptz not null,
    unique (fixmedins_code, msgid)
);

-- The queue: accepted requests that have no outcome yet.
create table waiting (
    request_id bigint primary key,
    lane smallint not null
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index waiting_lane on waiting (lane, request_id);

-- One outcome a request, at the most: the primary key is what makes a settlement count once.
-- state: 1 done, 2 refused, 3 void (reversed before it was decided), 4 set aside (it broke its batch)
create table outcome (
    request_id bigint primary key,
    state smallint not null check (state between 1 and 4),
    settlement_id bigint,
    reason varchar(40),
    detail jsonb,
    decided_at timestamptz not null
);
create trigger outcome_append_only before update or delete on outcome
    for each statement execute function refuse_change();

-- kind: 1 settled, 2 cancelled (2103, 2208), 3 reversed (2601), 4 restored (a reversed cancel). What
-- undoes another row names it in cancels_id; the unique key there makes it happen once. 2 and 3 are
-- negative. A partial refund makes two rows of one request: a cancel and a settlement.
create table settlement (
    id bigint primary key,
    kind smallint not null check (kind between 1 and 4),
    cancels_id bigint unique references settlement (id),
    request_id bigint not null,
    fixmedins_code varchar(12) not null,
    mdtrtarea_admvs varchar(6) not null,
    person_id bigint not null,
    mdtrt_id bigint not null,
    credential_id bigint,
    insutype varchar(6) not null,
    psn_type varchar(6) not null,
    insuplc_admdvs varchar(6) not null,
    med_type varchar(6) not null,
    invono varchar(20) not null default '',
    bill_time timestamptz not null,
    settled_at timestamptz not null,
    medfee_sumamt_fen bigint not null,
    fulamt_ownpay_fen bigint not null,
    overlmt_selfpay_fen bigint not null,
    preselfpay_fen bigint not null,
    inscp_scp_fen bigint not null,
    act_pay_dedc_fen bigint not null,
    hifp_pay_fen bigint not null,
    pool_prop numeric(5, 4) not null,
    fund_pay_fen bigint not null,
    psn_part_fen bigint not null,
    own_pay_fen bigint not null,
    wallet_pay_fen bigint not null,
    mulaid_pay_fen bigint not null,
    cash_pay_fen bigint not null,
    balance_after_fen bigint not null,
    lines jsonb not null,
    trace jsonb not null,
    rules varchar(200) not null,
    check ((kind = 1) = (cancels_id is null)),
    constraint settlement_medfee_parts check (medfee_sumamt_fen
        = fulamt_ownpay_fen + overlmt_selfpay_fen + preselfpay_fen + inscp_scp_fen),
    constraint settlement_medfee_payers check (medfee_sumamt_fen = fund_pay_fen + psn_part_fen),
    constraint settlement_person_part check (psn_part_fen
        = own_pay_fen + wallet_pay_fen + mulaid_pay_fen + cash_pay_fen),
    constraint settlement_signs check (
        (kind in (1, 4)
            and least(own_pay_fen, wallet_pay_fen, mulaid_pay_fen, cash_pay_fen, fund_pay_fen) >= 0)
        or (kind in (2, 3)
            and greatest(own_pay_fen, wallet_pay_fen, mulaid_pay_fen, cash_pay_fen, fund_pay_fen) <= 0)),
    unique (request_id, kind)
);
create index settlement_person on settlement (person_id, id);
create index settlement_credential on settlement (credential_id) where credential_id is not null;
create trigger settlement_append_only before update or delete on settlement
    for each statement execute function refuse_change();
create index transfer_grant on transfer (grant_id, id) where grant_id is not null;

-- A refund that found no account to go back to waits here for the counter.
create table counter_task (
    id bigint primary key,
    kind varchar(30) not null,
    person_id bigint not null,
    settlement_id bigint not null,
    transfer_id bigint not null unique,
    amount_fen bigint not null check (amount_fen > 0),
    created_at timestamptz not null,
    done_at timestamptz,
    done_by varchar(50),
    note varchar(200)
);
create index counter_task_open on counter_task (created_at) where done_at is null;
create index counter_task_person on counter_task (person_id);

-- Outpatient visits (2201 to 2205): ordinary tables, settled through the same path as purchases.
create table visit (
    id bigint primary key,
    fixmedins_code varchar(12) not null references institution (fixmedins_code),
    msgid varchar(30) not null,
    ipt_otp_no varchar(30) not null,
    person_id bigint not null references person (id),
    credential_id bigint,
    insutype varchar(6) not null,
    med_type varchar(6) not null,
    details jsonb not null,
    diagnoses jsonb not null default '[]',
    begins_at timestamptz not null,
    cancelled_at timestamptz,
    unique (fixmedins_code, msgid),
    unique (fixmedins_code, ipt_otp_no)
);
create index visit_person on visit (person_id);

create table fee_line (
    visit_id bigint not null references visit (id),
    feedetl_sn varchar(30) not null,
    chrg_bchno varchar(30) not null,
    med_list_codg varchar(50) not null,
    amount_fen bigint not null check (amount_fen > 0),
    cnt numeric(16, 4) not null check (cnt > 0),
    pric numeric(16, 6) not null check (pric > 0),
    fee_time timestamptz not null,
    details jsonb not null,
    settlement_id bigint,
    primary key (visit_id, feedetl_sn)
);
create index fee_line_settlement on fee_line (settlement_id) where settlement_id is not null;

-- backwards

drop index transfer_grant;
drop table fee_line, visit, counter_task, settlement, outcome, waiting, request, till_sign_in;
