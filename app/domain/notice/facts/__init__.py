"""Where notices come from: what the feed reads, and what each row means for whom."""
