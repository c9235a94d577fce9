"""One module for each group of API actions that the sandbox answers."""
