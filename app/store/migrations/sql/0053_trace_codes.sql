-- Trace codes (药品追溯码): a box is sold once. A row a code and line of a settlement, written in its
-- transaction; what undoes that settlement frees the row. Of one code the first sale that stands has
-- slot 1, so two that sell it at once meet in the index; others stand beside it for parts of a split
-- box, or with an alert where another institution has sold it.
create table trace_sale (
    settlement_id bigint not null,
    feedetl_sn varchar(30) not null,
    code varchar(100) not null,
    fixmedins_code varchar(14) not null,
    person_id bigint not null,
    slot smallint not null check (slot > 0),
    split boolean not null,
    units numeric(16, 4) not null check (units >= 0),
    sold_at timestamptz not null,
    freed_by bigint,
    freed_at timestamptz,
    primary key (settlement_id, feedetl_sn, code),
    check ((freed_by is null) = (freed_at is null))
) with (fillfactor = 90);
create unique index trace_sale_live on trace_sale (code, slot) where freed_by is null;

-- A code that was sold although it stood sold at another institution.
create table trace_alert (
    settlement_id bigint not null,
    code varchar(100) not null,
    fixmedins_code varchar(14) not null,
    first_settlement_id bigint not null,
    first_fixmedins_code varchar(14) not null,
    noted_at timestamptz not null,
    primary key (settlement_id, code)
);
create index trace_alert_at on trace_alert (noted_at);
create trigger trace_alert_append_only before update or delete on trace_alert
    for each statement execute function refuse_change();
create trigger trace_alert_no_truncate before truncate on trace_alert
    for each statement execute function refuse_change();

-- What the first seven digits of a code stand for: the items it may be sold as, and how many of what
-- is counted one box holds.
create table trace_product (
    prefix varchar(7) not null,
    med_list_codg varchar(50) not null,
    units numeric(16, 4) check (units > 0),
    updated_at timestamptz not null,
    primary key (prefix, med_list_codg)
);

-- backwards

drop table trace_product, trace_alert, trace_sale;
