"""A till in the terminal: a client of the tills' door. It knows no room of the server but the kit."""
