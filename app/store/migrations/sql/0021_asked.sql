-- Somebody is asked for by name and number. Whether there is such a person is nobody's to know, so
-- what is asked of nobody is kept like everything else: whom it names as a keyed index of the number
-- and a masked name, and no person beside.
alter table aid_grant alter column beneficiary_id drop not null;
alter table aid_grant add column asked_index bytea;
alter table aid_grant add column asked_name varchar(50);
alter table aid_grant add check (beneficiary_id is not null or agreed_at is null);
alter table family_binding alter column holder_id drop not null;
alter table family_binding add column asked_index bytea;
alter table family_binding add column asked_name varchar(50);
alter table family_binding add column declined_at timestamptz;
alter table family_binding add check (holder_id is not null or state <> 'active');

-- backwards

delete from family_binding where holder_id is null;
alter table family_binding drop constraint family_binding_check2;
alter table family_binding drop column declined_at;
alter table family_binding drop column asked_name;
alter table family_binding drop column asked_index;
alter table family_binding alter column holder_id set not null;
delete from aid_grant where beneficiary_id is null;
alter table aid_grant drop constraint aid_grant_check2;
alter table aid_grant drop column asked_name;
alter table aid_grant drop column asked_index;
alter table aid_grant alter column beneficiary_id set not null;
