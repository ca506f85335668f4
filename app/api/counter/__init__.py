"""The counter's door: clerks act for people who have no phone."""
