"""A PostgreSQL and a Redis of our own, without Docker and without root."""
