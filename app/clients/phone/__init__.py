"""A phone in the terminal, for trying things: a client of ``/api/v1`` that knows no server room."""
