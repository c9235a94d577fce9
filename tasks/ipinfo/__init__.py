"""Where an address is, and what kind of network it belongs to; offline."""
