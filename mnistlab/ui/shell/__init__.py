"""What surrounds every page: the frame, its services, the visitor and their rights, the network in use."""
