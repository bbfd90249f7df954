"""The only reader of profiles/ and fixtures/: every file against its schema, unknown keys refused. Floor 2: may import floors 0 and 1."""
