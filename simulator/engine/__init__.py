"""One realtime session without any network: hears, takes turns, answers, and says so in events."""
