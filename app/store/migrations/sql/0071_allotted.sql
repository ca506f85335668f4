-- 5: what somebody has set aside for relatives (家庭共济账户).
alter table account drop constraint account_check;
alter table account add constraint account_check
    check ((kind between 1 and 5) = (person_id is not null)) not valid;
alter table account validate constraint account_check;

-- backwards

alter table account drop constraint account_check;
alter table account add constraint account_check
    check ((kind between 1 and 4) = (person_id is not null));
