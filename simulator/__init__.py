"""Offline Azure: a faithful local double of the realtime service, Key Vault and managed identity.

It is what a newcomer talks to before owning an Azure account, and the ground under every end-to-end test. It is never
deployed. `python -m simulator` runs it alone, so that other realtime apps can be pointed at it too.

Imports point one way, from right to left:

    parts, clock, ids, knobs, refusals <- schema <- engine <- wire <- azure
    parts, clock <- speech, rules, scripted
    all of these <- assembly <- __main__, azure.doubles
"""
