"""One module a road: what its senders write, as alerts."""
