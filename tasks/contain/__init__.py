"""One module for each kind of containment, and what they share."""
