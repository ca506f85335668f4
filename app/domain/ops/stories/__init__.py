"""One settlement's whole story."""
