"""Pictures of every page and state, to be looked at: ``python -m tests.browser.screenshots``."""
