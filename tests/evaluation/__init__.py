"""How often is a match right? Labelled sets made from a metadata snapshot, and what the resolver does with them."""
