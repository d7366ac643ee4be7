"""The exchange of signed, sealed objects between devices over any road."""
