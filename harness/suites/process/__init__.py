"""L5: whole conversations about people and stays, through repetition, loss, disconnection and disorder. One file per section of its register."""
