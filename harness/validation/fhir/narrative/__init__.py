"""Narratives: their XHTML read as a stream, and the rules about what it says. May import what every rule is handed; no other room."""
