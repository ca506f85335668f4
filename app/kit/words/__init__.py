"""What people read: masked names and numbers, columns, one-line texts."""
