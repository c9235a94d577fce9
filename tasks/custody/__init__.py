"""Chain of custody: heads of timelines signed and anchored, rows compared with them, archives that prove themselves."""
