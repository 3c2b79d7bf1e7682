"""Which programs a search looks at: templates, constraints, flexibility, and what a space leaves out."""
