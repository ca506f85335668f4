-- What institutions tell of their goods: 1 stock, 2 change, 3 purchase, 4 purchase given back, 5 sale,
-- 6 sale given back. The key is document, line and codes: told twice, also at once, it counts once.
create table goods_upload (
    id bigint primary key,
    fixmedins_code varchar(14) not null,
    kind smallint not null check (kind between 1 and 6),
    key bigint not null,
    content bigint not null,
    fixmedins_bchno varchar(30) not null,
    fixmedins_hilist_id varchar(30) not null,
    med_list_codg varchar(50) not null,
    happened_on date not null,
    insured boolean,
    settlement_id bigint,
    mdtrt_sn varchar(30) not null,
    details jsonb not null,
    told_at timestamptz not null,
    deleted_at timestamptz
);
create unique index goods_upload_once on goods_upload (fixmedins_code, kind, key)
    where deleted_at is null;
create index goods_upload_batch on goods_upload (fixmedins_code, fixmedins_bchno);
create index goods_upload_told on goods_upload (told_at) where kind = 5;

-- The trace codes of such rows. ended_by: the row that gave a sold one back, or the own one when that
-- was taken back.
create table goods_code (
    upload_id bigint not null references goods_upload (id),
    code varchar(100) not null,
    fixmedins_code varchar(14) not null,
    kind smallint not null,
    split boolean not null,
    ended_by bigint,
    primary key (upload_id, code)
);
create unique index goods_code_sold on goods_code (code, fixmedins_code)
    where kind = 5 and ended_by is null and not split;
create index goods_code_ended on goods_code (ended_by) where ended_by is not null;
create index goods_code_code on goods_code (code) where kind = 5 and ended_by is null;

-- backwards

drop table goods_code, goods_upload;
