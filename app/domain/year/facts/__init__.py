"""What is read of a year that is over."""
