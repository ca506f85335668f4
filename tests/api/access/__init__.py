"""Who may do what to whose: the access table of every door."""
