"""What settlements read and write of prescriptions."""
