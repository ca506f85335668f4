-- The nation's lists, a row a line of the file, without its version: what stands before it and after
-- it. A row that is withdrawn stays, marked in its text. Reference data.
create table catalogue_row (
    list varchar(5) not null,
    rid varchar(40) not null,
    version integer not null check (version > 0),
    head text not null,
    tail text not null,
    primary key (list, rid)
);
create index catalogue_row_version on catalogue_row (list, version, rid);

-- What each import that changed something has made.
create table catalogue_version (
    list varchar(5) not null,
    version integer not null,
    source varchar(64) not null,
    made_at timestamptz not null,
    added integer not null,
    changed integer not null,
    withdrawn integer not null,
    primary key (list, version)
);

-- From which day on an item is worth what. Before the first of its days, or without any, the item's
-- own row holds.
create table catalogue_term (
    med_list_codg varchar(50) not null references catalogue_item (med_list_codg),
    begins_on date not null,
    chrgitm_lv varchar(2) not null check (chrgitm_lv in ('01', '02', '03')),
    selfpay_prop numeric(5, 4) not null check (selfpay_prop between 0 and 1),
    pric_uplmt_amt numeric(16, 6) check (pric_uplmt_amt >= 0),
    updated_at timestamptz not null,
    primary key (med_list_codg, begins_on)
);
create trigger catalogue_term_moved after insert or update or delete on catalogue_term
    for each statement execute function registry_moved();

-- Tills ask for what has changed since a moment.
create index catalogue_item_updated on catalogue_item (updated_at, med_list_codg);

alter table institution add column uscc varchar(50) not null default '';

-- backwards

alter table institution drop column uscc;
drop index catalogue_item_updated;
drop table catalogue_term, catalogue_version, catalogue_row;
