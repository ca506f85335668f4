"""Tables by months."""
