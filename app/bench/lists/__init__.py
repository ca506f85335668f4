"""What one of the nation's lists costs: taken in, loaded, and what changes from day to day."""
