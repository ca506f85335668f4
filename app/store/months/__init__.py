"""Large tables by months: made ahead, and an installation of before brought there while it runs."""
