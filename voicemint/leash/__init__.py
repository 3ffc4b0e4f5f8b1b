"""The end of a call that does not depend on the browser, nor on the process that started it."""
