"""A till in the terminal: a client of the tills' door. Of the server it knows the kit only."""
