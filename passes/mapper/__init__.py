"""The mapper: spaces of programs as data, and the search for the best one."""
