"""What the brain by rules knows: one topic a module, each a plain function of what was heard.

English only, as is the recogniser. Nothing here is clever; all of it is predictable, which is what tests and demos
need.
"""
