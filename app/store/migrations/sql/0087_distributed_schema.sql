-- What a distributed schema asks (decision 29). First: a function names tables, sequences and other
-- functions with their schema, since where it runs nobody has set a search path.
do $$
declare
    one record;
    here text := quote_ident(current_schema()) || '.';
begin
    for one in select pg_get_functiondef(p.oid) as body
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname in ('sql', 'plpgsql')
    loop
        execute regexp_replace(regexp_replace(one.body,
            '(insert into |update |from |join |nextval\('')(happening_number|happening|registry_state|person|request|settlement|paid_way)\M',
            '\1' || here || '\2', 'g'),
            '(?<![.\w])(ahead|present|rows_of|row_that_stays)\(', here || '\1(', 'g');
    end loop;
end $$;

-- Second: what is read from a file and joined with tables of a schema lies in that schema; a temporary
-- table could not be joined. A row lives as long as the transaction that wrote it (run), which deletes
-- it: nobody else ever sees one, and two that run side by side don't wait for each other. Not logged:
-- a standby has no use of them. Each is read by run, so what dead rows are left costs nothing.
create unlogged table import_person (
    run xid8 not null default pg_current_xact_id(),
    line int, id bigint, psn_no text, psn_name_sealed bytea, psn_name_index bytea,
    psn_cert_type text, certno_sealed bytea, certno_index bytea, written_index bytea, gend text,
    brdy date, insutype text, psn_type text, psn_insu_stas text, insuplc_admdvs text,
    has_account boolean, current_id bigint, current_fen bigint, current_transfer bigint,
    carried_id bigint, carried_fen bigint, carried_transfer bigint,
    names_before bytea[], certnos_before bytea[], written_before bytea[]
);
create index import_person_run on import_person (run, psn_no);
create unlogged table import_item (
    run xid8 not null default pg_current_xact_id(),
    line int not null, code varchar(50) not null, name varchar(200), list_type varchar(3),
    lv varchar(2), prop numeric(5, 4), price numeric(16, 6), licence varchar(20), goods varchar(10),
    begins date, dated boolean not null, added boolean not null default false,
    changed boolean not null default false
);
create index import_item_run on import_item (run, code);
create unlogged table import_row (
    run xid8 not null default pg_current_xact_id(),
    line int not null, rid text not null, head text not null, tail text not null
);
create index import_row_run on import_row (run, rid);
create unlogged table statement_row (
    run xid8 not null default pg_current_xact_id(),
    line int not null, setl_id varchar(30) not null, number bigint, mdtrt_id varchar(30) not null,
    psn_no varchar(30) not null, medfee_fen bigint not null, fund_fen bigint not null,
    acct_fen bigint not null, refund boolean not null
);
create index statement_row_run on statement_row (run, number);

-- backwards

drop table statement_row;
drop table import_row;
drop table import_item;
drop table import_person;
do $$
declare
    one record;
begin
    for one in select pg_get_functiondef(p.oid) as body
        from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = current_schema()::regnamespace and l.lanname in ('sql', 'plpgsql')
    loop
        execute replace(one.body, quote_ident(current_schema()) || '.', '');
    end loop;
end $$;
