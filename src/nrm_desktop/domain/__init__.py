"""Pure rules of the mechanism: standard library only, no IO, no clock, no logging."""
