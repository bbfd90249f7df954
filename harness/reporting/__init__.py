"""One file per report format, each a function of a finished run. Floor 6: may import floors 0 to 3."""
