"""对账: the books checked against themselves, sealed, and proved."""
