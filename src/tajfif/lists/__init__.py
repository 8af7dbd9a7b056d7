"""Official lists: what they are, how they are read, and which version serves."""
