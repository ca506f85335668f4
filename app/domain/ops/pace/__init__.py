"""How long tills wait for their answers, by institution and by region."""
