"""What methods of explanation ask of a network, answered over the chain of the ascent."""
