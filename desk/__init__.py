"""The fuse box: the only folder that knows all rooms and wires them together."""
