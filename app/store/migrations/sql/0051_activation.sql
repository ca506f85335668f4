-- Since when somebody's code may be shown, and which log-in opened it; none: a guardian, the counter, or
-- long ago. Who has logged in or shown a code before, or for whom a guardian has signed, counts as opened.
alter table person
    add column activated_at timestamptz,
    add column activated_login bigint;
update person set activated_at = updated_at where activated_at is null and id in (
    select person_id from login where person_id is not null
    union select person_id from identity_check where passed and person_id is not null
    union select holder_id from credential
    union select holder_id from family_binding where consent = 'commitment' and holder_id is not null
);

-- backwards

alter table person drop column activated_at, drop column activated_login;
