"""People spread over cells: what lies where."""
