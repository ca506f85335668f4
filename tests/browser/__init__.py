"""Pages in a real Chromium, over a running system."""
