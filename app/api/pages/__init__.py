"""What a browser gets: the phone's player, the till's and the night shift's pages."""
