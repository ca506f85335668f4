-- The end of an account needs a second one's yes, too; ref: then the person.
alter table counter_proposal drop constraint counter_proposal_kind_check;
alter table counter_proposal add constraint counter_proposal_kind_check
    check (kind in ('refund', 'pay_out'));

-- What life events leave to do at the counter, and which of it was closed.
create index life_event_effect_task on life_event_effect (id)
    where kind in ('to_pay_out', 'to_merge', 'contradicts');
create index counter_act_event on counter_act (ref) where kind = 'event_close';

-- backwards

do $$
begin
    if exists (select from counter_proposal where kind = 'pay_out')
        or exists (select from counter_act where kind in ('propose_pay_out', 'pay_out', 'event_close')) then
        raise exception 'clerks have done what the version before doesn''t know';
    end if;
end $$;
drop index counter_act_event;
drop index life_event_effect_task;
alter table counter_proposal drop constraint counter_proposal_kind_check;
alter table counter_proposal add constraint counter_proposal_kind_check check (kind in ('refund'));
