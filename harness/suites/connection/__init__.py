"""L1: a session, messages in any pieces, answers to the right message, and service after damage. One file per section of its register."""
