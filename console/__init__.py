"""The reading room: investigators search, read and see what waits for them."""
