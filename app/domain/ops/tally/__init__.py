"""What came of bills, counted by ten minutes and region: ranges are made of it."""
