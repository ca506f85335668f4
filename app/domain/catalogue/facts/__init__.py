"""What the catalogue says, as it is asked for."""
