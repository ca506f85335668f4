"""What institutions tell of their goods (WIRE 3501 to 3507): stock, changes, purchases, and which
boxes were sold or came back; each document, line and code counts once."""
