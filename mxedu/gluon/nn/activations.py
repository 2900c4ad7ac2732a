"""Activations as layers."""

from ... import initializer, validate
from ...nd.functions.layers import ACTIVATIONS
from ..block import HybridBlock

__all__ = ["Activation", "ELU", "GELU", "LeakyReLU", "PReLU", "SELU", "Swish"]


def check_activation(words, activation):
    """Raise ValueError unless there is an activation of this name."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"{words} one of {', '.join(ACTIVATIONS)}, got {activation!r}")


class Activation(HybridBlock):
    """An activation by its name: relu, sigmoid, softrelu, softsign or tanh."""

    def __init__(self, activation, **kwargs):
        check_activation("activation must be", activation)
        self._activation = activation
        super().__init__(**kwargs)

    def _alias(self):
        return self._activation

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.Activation(x, self._activation)

    def __repr__(self):
        return f"Activation({self._activation})"


class LeakyReLU(HybridBlock):
    """x for x > 0, else alpha x."""

    def __init__(self, alpha, **kwargs):
        alpha = validate.real("alpha", alpha, low=0)
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.LeakyReLU(x, act_type="leaky", slope=self._alpha)

    def __repr__(self):
        return f"LeakyReLU({self._alpha})"


class PReLU(HybridBlock):
    """x for x > 0, else alpha x, with an alpha that is trained: one, or one for each of `in_channels` (He et al., arXiv:1502.01852)."""

    def __init__(self, alpha_initializer=None, in_channels=1, **kwargs):
        in_channels = validate.integer("in_channels", in_channels, low=1)
        super().__init__(**kwargs)
        init = initializer.Constant(0.25) if alpha_initializer is None else alpha_initializer
        self.alpha = self.params.get("alpha", shape=(in_channels,), init=init)

    def hybrid_forward(self, F, x, alpha):
        """Compute the output, of the input's shape."""
        return F.LeakyReLU(x, alpha, act_type="prelu")


class ELU(HybridBlock):
    """x for x > 0, else alpha (exp(x) - 1) (Clevert et al., arXiv:1511.07289)."""

    def __init__(self, alpha=1.0, **kwargs):
        alpha = validate.real("alpha", alpha, low=0)
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.LeakyReLU(x, act_type="elu", slope=self._alpha)


class SELU(HybridBlock):
    """The ELU whose constants keep mean and variance of what passes through (Klambauer et al., arXiv:1706.02515)."""

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.LeakyReLU(x, act_type="selu")


class GELU(HybridBlock):
    """x times the normal distribution function of x (Hendrycks and Gimpel, arXiv:1606.08415)."""

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return F.LeakyReLU(x, act_type="gelu")


class Swish(HybridBlock):
    """x times the sigmoid of beta x (Ramachandran et al., arXiv:1710.05941)."""

    def __init__(self, beta=1.0, **kwargs):
        beta = validate.real("beta", beta)
        super().__init__(**kwargs)
        self._beta = beta

    def hybrid_forward(self, F, x):
        """Compute the output, of the input's shape."""
        return x * F.sigmoid(x * self._beta)
