"""The methods by which the reasons of a whole test set can be compared."""

from typing import Literal, get_args

# Those whose pictures have a sign, so that a mean says something, and that take minutes at most over 10,000 digits.
ReasonMethod = Literal["integrated_gradients", "gradient_x_input", "lrp_epsilon", "lrp_alpha_beta"]
REASON_METHODS: tuple[ReasonMethod, ...] = get_args(ReasonMethod)
