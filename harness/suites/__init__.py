"""What is asked: one folder per suite, one file per section of its clause register. Floor 5: may import case and below, never systems."""
