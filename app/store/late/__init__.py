"""Reads of what is over, from a standby whose lateness is known: tills don't notice them."""
