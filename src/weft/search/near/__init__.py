"""Programs beside the best one: those of the least values, or within a part of the best.

`kept` is what is asked and the list that keeps it, `structure` a task on one structure, `layer` the search of a layer.
"""
