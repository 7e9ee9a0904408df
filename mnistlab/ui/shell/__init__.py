"""The shell around every page: frame, services, visitors and their rights, the network in use."""
