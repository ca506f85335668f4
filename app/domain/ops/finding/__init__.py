"""Finding: bills without their number, and the messages behind a figure."""
