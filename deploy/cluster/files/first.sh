# Run by Patroni once, on the first primary: the two roles and the database (decision 0015).
exec "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -d "$$1" -f "$conf/first.sql"
