"""Nouns: frozen dataclasses of the vocabulary. No input or output, no imports beyond the standard library."""
