"""A structure of a space as arrays: what costs are sums of, and which orders its levels have."""
