-- chosen_place: where the owner wants to use it, six digits; chosen_for: where the owner was insured
-- then: the choice counts as long as that stays in its pool.
alter table wallet add column chosen_place varchar(6);
alter table wallet add column chosen_for varchar(6);
alter table wallet add column chosen_at timestamptz;
alter table wallet add constraint wallet_chosen
    check (num_nonnulls(chosen_place, chosen_for, chosen_at) in (0, 3));

-- backwards
alter table wallet drop constraint wallet_chosen;
alter table wallet drop column chosen_at;
alter table wallet drop column chosen_for;
alter table wallet drop column chosen_place;
