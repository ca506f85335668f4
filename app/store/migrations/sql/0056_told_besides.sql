-- A donor who was asked and did not answer in time is told what became of it.
create function note_questions() returns trigger language plpgsql as $$
begin
    insert into happening (matter, record_id, what, by_id, at)
    select 'question', n.id, 'silent', null, n.answered_at
    from fresh n join stale o on o.id = n.id where o.answer is null and n.answer = 3;
    return null;
end $$;
create trigger question_noted after update on question
    referencing old table as stale new table as fresh
    for each statement execute function note_questions();

-- What life events do from now on is told to those whom it concerns.
insert into feed (name, read_to)
select 'notice-events', (((extract(epoch from now()) * 1000)::bigint - 1704067200000) << 22)
on conflict do nothing;

-- backwards

delete from feed_batch where name = 'notice-events';
delete from feed where name = 'notice-events';
drop trigger question_noted on question;
drop function note_questions();
