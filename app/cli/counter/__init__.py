"""``qinji counter``."""
