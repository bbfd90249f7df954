"""Rules over more than one field. A rule is one function here and one row under ``rules:`` of the profiles that use it."""
