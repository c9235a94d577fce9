"""The watcher of logins, piece by piece; `tasks.watch.poll` puts them together."""
