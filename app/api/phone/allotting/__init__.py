"""Money set aside for relatives, at the phones' door."""
