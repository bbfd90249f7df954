"""Bytes ⇄ trees. Floor 1: may import model, registry and errors. A format that needs definitions is handed them as an argument."""
