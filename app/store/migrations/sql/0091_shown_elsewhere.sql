-- A code is made where its holder is insured. Who shows it may be in another cell
-- (deploy/decisions/0033-a-process-serves-one-cell.md), where no key reaches.
alter table credential drop constraint if exists credential_shower_id_fkey;

-- backwards

alter table credential add constraint credential_shower_id_fkey
    foreign key (shower_id) references person (id);
