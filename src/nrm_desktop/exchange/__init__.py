"""What goes to other organisations and comes from them."""
