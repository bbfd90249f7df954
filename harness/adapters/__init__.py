"""One module per way in to a system: moves messages and observations, knows no data item. Floor 3: may import floors 0 to 2."""
