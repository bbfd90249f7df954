"""One pairing × flow × person: given, stimulate, exchange, observe and the four waits. Floor 4: may import floors 0 to 3; the only thing a check is handed."""
