"""What institutions say of the catalogue, written down."""
