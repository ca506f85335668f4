-- What a donor says alone is no fact about the beneficiary: whose own yes a grant has, and which one
-- the beneficiary has declined, stand beside when money may flow under it. Whoever had confirmed
-- a grant has agreed to it; one that was confirmed as it was made was the donor's word alone.
alter table aid_grant add column agreed_at timestamptz;
alter table aid_grant add column declined_at timestamptz;
alter table aid_grant add column rank_wanted integer;
update aid_grant set agreed_at = confirmed_at where confirmed_at > created_at;

-- backwards

alter table aid_grant drop column rank_wanted;
alter table aid_grant drop column declined_at;
alter table aid_grant drop column agreed_at;
