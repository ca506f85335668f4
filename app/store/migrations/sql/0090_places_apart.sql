-- Log-ins, checks and family ties may lie in another database than people and their codes
-- (deploy/decisions/0032-shared-tables-are-asked-by-their-own-handle.md), where no key reaches.
-- People and ties are never removed, and whoever writes their ids has read them before.
alter table login drop constraint if exists login_person_id_fkey;
alter table identity_check drop constraint if exists identity_check_person_id_fkey;
alter table family_binding drop constraint if exists family_binding_shower_id_fkey;
alter table family_binding drop constraint if exists family_binding_holder_id_fkey;
alter table credential drop constraint if exists credential_binding_id_fkey;

-- backwards

alter table credential add constraint credential_binding_id_fkey
    foreign key (binding_id) references family_binding (id);
alter table family_binding add constraint family_binding_holder_id_fkey
    foreign key (holder_id) references person (id);
alter table family_binding add constraint family_binding_shower_id_fkey
    foreign key (shower_id) references person (id);
alter table identity_check add constraint identity_check_person_id_fkey
    foreign key (person_id) references person (id);
alter table login add constraint login_person_id_fkey
    foreign key (person_id) references person (id);
