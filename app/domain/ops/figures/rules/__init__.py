"""What is made of the figures: no I/O, no clock."""
