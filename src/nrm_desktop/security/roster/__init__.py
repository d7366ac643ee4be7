"""Trust acts: made, signed, checked, and the facts that follow from them."""
