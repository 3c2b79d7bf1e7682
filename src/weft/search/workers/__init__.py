"""Who does the work of a search: this process, others, a cluster; and in which waves."""
