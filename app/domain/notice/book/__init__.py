"""What goes out of the house, and the consents to it, in the database."""
