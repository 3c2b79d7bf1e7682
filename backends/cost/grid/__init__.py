"""The exact numbers of the cost model, compiled, for the many candidates of a search."""
