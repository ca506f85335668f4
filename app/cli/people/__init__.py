"""``qinji people``."""
