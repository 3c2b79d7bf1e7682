"""Readers of what people already have: MAESTRO's files and machines in YAML. They import only the IR."""
