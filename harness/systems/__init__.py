"""Simulated systems: real servers with stores, roles and named defects. Floor 5: may import floors 0 to 2, never what the oracle reads with."""
