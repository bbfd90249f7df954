"""L3: the right person at the right organisation. One file per section of its register."""
