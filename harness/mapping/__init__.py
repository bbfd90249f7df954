"""The lens engine: record ⇄ tree by the rows of a format key. Floor 3: may import floors 0 to 2."""
