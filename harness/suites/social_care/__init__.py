"""L5c: hospital and social care, both ways. One file per section of its register."""
