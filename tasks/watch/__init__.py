"""The watcher of logins, piece by piece; `tasks.watching` puts them together."""
