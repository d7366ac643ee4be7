"""The formats of signed and sealed things: bytes to dataclasses and back, without keys or IO."""
