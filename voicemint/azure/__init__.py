"""Everything that talks to Azure: identity, Key Vault and the realtime service. Nothing else knows their addresses."""
