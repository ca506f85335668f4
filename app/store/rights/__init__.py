"""What the role that serves may do in the database. Another role owns it and migrates it."""
