"""A region's rules as a page for people, and what they would do with a bill."""
