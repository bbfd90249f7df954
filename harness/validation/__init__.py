"""What is wrong with a message: issues, never findings. Floor 3: may import floors 0 to 2."""
