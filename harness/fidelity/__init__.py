"""What became of each item: align entries by key, compare by normal form, keep the ledger. Floor 3: may import floors 0 to 2."""
