"""Device check-in: one-time links, the page behind them, and what a check-in answers."""
