"""From findings to levels: caps, cells, pairings, places, by profiles/levels.yaml. Floor 3: may import floors 0 to 2."""
