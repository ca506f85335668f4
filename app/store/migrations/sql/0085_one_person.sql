-- The row that stays, in every row that was merged into it, directly or by way of another: so nobody
-- has to follow a chain. account_merge says who was merged into whom, and when, as it was done.
alter table person add column merged_into bigint references person (id)
    check (merged_into <> id);
create index person_merged_into on person (merged_into) where merged_into is not null;
update person p set merged_into = m.into_id from account_merge m where m.person_id = p.id;
do $$
begin
    for step in 1..20 loop
        update person p set merged_into = o.merged_into from person o
        where o.id = p.merged_into and o.merged_into is not null and o.merged_into <> p.id;
        exit when not found;
    end loop;
end $$;

-- What was written of a row that went stays as it was written: whoever reads what one person has done
-- reads all rows of that person.
create function rows_of(bigint) returns bigint[] language sql stable as $$
    select array[$1] || array(select id from person where merged_into = $1)
$$;
create function row_that_stays(bigint) returns bigint language sql stable as $$
    select coalesce((select merged_into from person where id = $1), $1)
$$;
create function numbers_of(text) returns text[] language sql stable as $$
    select array[$1] || array(select o.psn_no::text from person p
        join person o on o.id = any(rows_of(row_that_stays(p.id))) where p.psn_no = $1)
$$;

-- backwards

drop function numbers_of(text);
drop function row_that_stays(bigint);
drop function rows_of(bigint);
drop index person_merged_into;
alter table person drop column merged_into;
