"""``qinji doctor``."""
