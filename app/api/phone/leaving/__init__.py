"""注销 at the phones' door, and all that is known of one, as one file."""
