"""What a schedule does in space and time: chunk chains, what units hold, rooms, places of memories, legality."""
