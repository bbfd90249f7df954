"""The decision on a run: exit 0 met, 1 not met, 2 the harness failed or examined nothing. Floor 6."""
