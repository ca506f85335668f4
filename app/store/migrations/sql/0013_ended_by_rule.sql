-- A beneficiary's grants that nobody has ended and that are at an end all the same.
create index aid_grant_ended_by_rule on aid_grant (beneficiary_id)
    where ended_by is null and ended_at is not null;

-- backwards

drop index aid_grant_ended_by_rule;
