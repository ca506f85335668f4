"""The records of 家庭共济."""
