"""What is sealed in the database: whether this process has the keys for it."""
