"""The long-lived process: alerts in, the worst first, runs in place, what others left taken over."""
