-- Clerks and approvers sign in as operators do. `place`: whose insured people they serve.
alter table ops_operator add column place varchar(6) check (place ~ '^[1-9][0-9]{5}$');
alter table ops_operator drop constraint ops_operator_role_check;
alter table ops_operator add constraint ops_operator_role_check
    check (role in ('viewer', 'auditor', 'clerk', 'approver'));
alter table ops_operator add constraint ops_operator_place_known
    check ((place is not null) = (role in ('clerk', 'approver')));
-- elsewhere: a right password, at a door that isn't for this role.
alter table ops_sign_in drop constraint ops_sign_in_result_check;
alter table ops_sign_in add constraint ops_sign_in_result_check
    check (result in ('in', 'wrong', 'unknown', 'disabled', 'locked', 'out', 'elsewhere'));

-- What was done at the counter for a person, written with what it did. The clerk's name stands here, since
-- clerks may lie in another database than people. reason: a commitment, as in ops_look. ref: the grant, the
-- binding, the order, the task. other_id: whom else it concerns. second: whose yes it needed besides.
create table counter_act (
    id bigint primary key,
    person_id bigint not null,
    other_id bigint,
    clerk_id bigint not null,
    clerk varchar(50) not null,
    place varchar(6) not null,
    kind varchar(20) not null,
    ref bigint,
    form_no varchar(30) not null check (form_no <> ''),
    reason varchar(200) not null check (reason <> ''),
    second_id bigint,
    second varchar(50),
    at timestamptz not null,
    request_id varchar(32) not null,
    check ((second_id is null) = (second is null)),
    check (second_id <> clerk_id)
);
create index counter_act_person on counter_act (person_id, id);
create index counter_act_clerk on counter_act (clerk_id, id);
create index counter_act_form on counter_act (form_no);
create trigger counter_act_append_only before update or delete on counter_act
    for each statement execute function refuse_change();
create trigger counter_act_no_truncate before truncate on counter_act
    for each statement execute function refuse_change();

create table counter_act_reason (
    act_id bigint primary key references counter_act (id),
    reason_sealed bytea not null
);
alter table counter_act_reason alter column reason_sealed set statistics 0;

-- What one clerk has proposed and another has to agree to. state: 1 waits, 2 agreed, 3 declined, 4 over.
-- ref: the counter's task.
create table counter_proposal (
    id bigint primary key references counter_act (id),
    kind varchar(20) not null check (kind in ('refund')),
    person_id bigint not null,
    ref bigint not null,
    clerk_id bigint not null,
    place varchar(6) not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    state smallint not null check (state between 1 and 4),
    decided_at timestamptz,
    decided_by bigint,
    check ((state = 1) = (decided_at is null)),
    check ((state in (2, 3)) = (decided_by is not null)),
    check (state <> 2 or decided_by <> clerk_id)
);
create unique index counter_proposal_waits on counter_proposal (kind, ref) where state = 1;

-- backwards

do $$
begin
    if exists (select from counter_act)
        or exists (select from ops_operator where role in ('clerk', 'approver')) then
        raise exception 'clerks have acted, which the version before doesn''t know';
    end if;
end $$;
drop table counter_proposal, counter_act_reason, counter_act;
alter table ops_sign_in drop constraint ops_sign_in_result_check;
alter table ops_sign_in add constraint ops_sign_in_result_check
    check (result in ('in', 'wrong', 'unknown', 'disabled', 'locked', 'out'));
alter table ops_operator drop constraint ops_operator_place_known;
alter table ops_operator drop constraint ops_operator_role_check;
alter table ops_operator add constraint ops_operator_role_check check (role in ('viewer', 'auditor'));
alter table ops_operator drop column place;
