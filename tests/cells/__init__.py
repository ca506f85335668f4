"""Two cells: real processes of each, each with a database of its own."""
