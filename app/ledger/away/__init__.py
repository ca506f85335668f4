"""What reads the books where old months of them may be away: from when on they are here."""
