"""What one dimension, or one windowed axis, needs and keeps: compiled, for every candidate of its chunk sizes."""
