"""Branch and bound over boxes of candidates down to single tilings and their orders."""
