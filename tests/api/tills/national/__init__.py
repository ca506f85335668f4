"""The national text's own tables, and the tests that ours are what they say."""
