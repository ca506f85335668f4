"""清算申请: an institution asks for a period to be cleared, and withdraws it (3203, 3204)."""
