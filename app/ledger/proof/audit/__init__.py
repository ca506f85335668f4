"""The audit's own chain: who signed in and who looked at what, one line's hash over the next's."""
