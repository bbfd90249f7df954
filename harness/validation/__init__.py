"""What is wrong with a message, said as issues. One sub-package per format family; rules both share stand in ``national``.

May import ``formats``, ``catalogue`` and below. Nothing here raises on the content of a message: what cannot be read is a fatal issue.
"""
