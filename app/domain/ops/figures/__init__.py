"""The live figures: read from bounded ranges, kept for an hour, shown to whoever looks."""
