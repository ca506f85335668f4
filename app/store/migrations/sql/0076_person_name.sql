-- Somebody on the telephone has a name and four digits: the night shift finds people by the name's
-- keyed index (law 9), then by what their numbers end with.
create index person_name on person (psn_name_index);

-- backwards

drop index person_name;
