"""A small model of Bicep: enough of the language to say what this project's own templates would deploy.

It is not the compiler. It knows the subset that `infra/` uses and refuses everything else, so that a template never
passes by being misunderstood. Names and syntax follow Microsoft's documentation of Bicep; where Azure would answer
(an address, an identity's id), `azure_answers.py` stands in.
"""
