-- The same for bills that are the same in all but their msgid (institution, patient, scanned code,
-- total, lines with their numbers), so that one is not settled twice. Null: no code was scanned, or
-- the row was made before. Codes are few a bill and grow with time, so the index is cheap to keep.
alter table settlement add column bill_key bigint;
create index settlement_bill on settlement (credential_id, bill_key)
    where credential_id is not null;
drop index settlement_credential;

-- backwards

create index settlement_credential on settlement (credential_id) where credential_id is not null;
drop index settlement_bill;
alter table settlement drop column bill_key;
