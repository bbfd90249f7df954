"""The command line: one file per command. Floor 7: may import everything below."""
