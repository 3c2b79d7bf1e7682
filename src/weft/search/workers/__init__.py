"""Where tasks run: `waves` drives searches on any executor, `executors` and `dask_cluster` start them, `run` has the
searches of a call with their share of the time.
"""
