"""What stands around the service in Azure: Key Vault and managed identity, over TLS."""
