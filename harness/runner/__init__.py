"""Plans cases, runs cell groups, keeps the journal. Floor 6: may import floors 0 to 5."""
