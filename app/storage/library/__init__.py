"""What is known about media, by content, in one database."""
