"""The watch: what is alarming, who has seen it, and what the next shift should know."""
