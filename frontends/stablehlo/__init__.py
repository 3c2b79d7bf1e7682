"""StableHLO, as `jax.export` prints it or in generic form: functions as the graph of `frontends/models`."""
