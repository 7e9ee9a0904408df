"""Networks in the files of Keras (`.keras`, `.h5`) -> recipe and weights, by a reader of our own: nothing of Keras is called, nothing in a file is run."""
