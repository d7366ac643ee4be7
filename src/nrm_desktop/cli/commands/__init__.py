"""One module per command group of the contract."""
