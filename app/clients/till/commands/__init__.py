"""``qinji pos …``: the till's commands in the terminal."""
