"""What a phone's forms choose from: the rules of my place, institutions, the catalogue."""
