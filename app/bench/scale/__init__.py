"""What a bill, a person and a code take, and what that comes to for a chain, a city, the nation."""
