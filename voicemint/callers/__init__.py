"""Who is calling, from where, and whether that is allowed."""
