"""L2: events accepted, messages valid, acknowledgements honest, replays harmless, characters whole. One file per section of its register."""
