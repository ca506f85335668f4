-- The number of the check outside that found who shows a child's code to be its guardian. What was
-- bound before on a signature alone has none.
alter table family_binding add column proof_ref varchar(100);

-- backwards

alter table family_binding drop column proof_ref;
