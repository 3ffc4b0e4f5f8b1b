"""The function and the page on one local address, without Core Tools.

It serves the real `FunctionApp` object and `static_site/public` the way Azure Functions and Static Web Apps would. It
is not the Functions host: keys, triggers other than HTTP and queue, scaling and sign-in are not there. `func start`
is the real one.
"""
