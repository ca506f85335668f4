"""A region's rules as people read them: a sentence each, with its documents, and what changes."""
