"""What differs by operating system, one module per port."""
