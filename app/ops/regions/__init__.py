"""Each region's rules in force, with their sources."""
