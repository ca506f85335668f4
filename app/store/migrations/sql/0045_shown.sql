-- What the patient showed for a bill (mdtrt_cert_type), and which card that was. Rows of before: a code.
-- Not looked at in rows that are there: they hold what the columns begin with.
alter table settlement
    add column cert_type varchar(2) not null default '01',
    add column card_id bigint,
    add constraint settlement_shown check (cert_type in ('01', '02', '03')
        and (cert_type = '03') = (card_id is not null)) not valid;

-- backwards

alter table settlement
    drop constraint settlement_shown, drop column card_id, drop column cert_type;
