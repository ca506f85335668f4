"""The watch at the night shift's door."""
