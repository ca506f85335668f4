"""The keys of what lies sealed and indexed: which rows need which, and how they get new ones."""
