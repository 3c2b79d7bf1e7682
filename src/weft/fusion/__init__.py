"""Fusion plans: which layers of a network run as one program, and with which outer loops (docs/fusion.md)."""
