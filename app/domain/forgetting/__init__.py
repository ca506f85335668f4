"""A person is forgotten: what names somebody goes, what the books need stays (decision 26)."""
