"""Plans as Python functions: what is in order is passed by source generated for the plan, everything else is handed to the walk, which says what is wrong.

Nothing is judged here: a value either meets conditions that the walk could find nothing against, or the walk is called for that value alone, so both ways
say the same. WrittenSource is written from definitions only (element names as constants, numbers as literals); no text of a document is ever evaluated.
Stands on ``walk`` and on what the walk stands on; only the engine knows of it, which hands it to the walk.
"""
