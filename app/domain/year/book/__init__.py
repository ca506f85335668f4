"""What a merge writes beside the books."""
