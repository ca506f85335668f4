"""Finding at the night shift's door: bills without their number, messages behind a figure."""
