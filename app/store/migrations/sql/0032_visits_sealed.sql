-- What a clinic says of a visit (who sees the patient, in which department, what was found) lies
-- sealed, bound to its row. Rows of before are sealed in portions, in order of id, while people are
-- served; until their turn has come they are read as they are.
alter table visit
    add column details_sealed bytea, add column diagnoses_sealed bytea,
    alter column details drop not null,
    alter column diagnoses drop not null, alter column diagnoses drop default;
alter table fee_line
    add column details_sealed bytea, alter column details drop not null;
alter table visit
    alter column details_sealed set statistics 0, alter column diagnoses_sealed set statistics 0;
alter table fee_line alter column details_sealed set statistics 0;

create table visit_sealed (
    only_row boolean primary key default true check (only_row),
    read_to bigint not null
);
insert into visit_sealed (read_to) values (0);

-- backwards
-- SQL has no key: what is sealed can't be put back, and isn't thrown away unasked.
do $$
begin
    if exists (select from visit where details_sealed is not null or diagnoses_sealed is not null)
        or exists (select from fee_line where details_sealed is not null) then
        raise exception 'visits have sealed values, which the version before can''t read';
    end if;
end $$;
drop table visit_sealed;
update visit set details = coalesce(details, '{}'), diagnoses = coalesce(diagnoses, '[]')
    where details is null or diagnoses is null;
update fee_line set details = '{}' where details is null;
alter table fee_line drop column details_sealed, alter column details set not null;
alter table visit
    drop column details_sealed, drop column diagnoses_sealed,
    alter column details set not null,
    alter column diagnoses set default '[]', alter column diagnoses set not null;
