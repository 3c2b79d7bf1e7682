"""Models of PyTorch: `.pt2` files, and modules that are exported here; both become the graph of `frontends/models`."""
