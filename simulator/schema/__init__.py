"""What a session and an event may hold: strict checks that say what is wrong, where and what is allowed."""
