"""Bundles: what entries hold, who they are, what they ask, and how documents and messages hang together.

May import what every rule is handed, and ``references``.
"""
