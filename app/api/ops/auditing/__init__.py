"""The audit at the night shift's door."""
