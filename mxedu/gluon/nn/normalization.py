"""Layers that normalise; what they compute is in `mxedu.nd.functions.normalization`."""

from ... import nd, validate
from ..block import HybridBlock, check_input

__all__ = ["BatchNorm", "GroupNorm", "InstanceNorm", "LayerNorm"]


class _Normalization(HybridBlock):
    """The base: gamma and beta of the length of the axis, trained if `scale` and `center` say so."""

    def __init__(self, axis, epsilon, center, scale, beta_initializer, gamma_initializer, in_channels, **kwargs):
        epsilon, in_channels = validate.real("epsilon", epsilon, low=0), validate.integer("in_channels", in_channels, low=0)
        super().__init__(**kwargs)
        self._axis, self._epsilon, self._center, self._scale, self._in_channels = axis, epsilon, center, scale, in_channels
        self.gamma = self._vector("gamma", gamma_initializer, scale)
        self.beta = self._vector("beta", beta_initializer, center)

    def _vector(self, name, init, trained):
        return self.params.get(name, shape=(self._in_channels,), init=init, allow_deferred_init=True, differentiable=bool(trained))

    def infer_shape(self, x):
        """Read the number of channels from the first input."""
        check_input(self, x)
        for parameter in self._own.values():
            parameter.shape = (x.shape[self._axis],)

    def _channels(self):
        return self.gamma.shape[0]

    def _settings(self):
        values = ("eps", self._epsilon), ("axis", self._axis), ("center", self._center), ("scale", self._scale)
        return ", ".join(f"{name}={value}" for name, value in (*values, ("in_channels", self._channels())))


class BatchNorm(_Normalization):
    """Normalise each channel over the batch in training, by moving averages of mean and variance otherwise (arXiv:1502.03167).

    Each forward pass in training moves the averages; MXNet moves them in `backward`, which differs where there is not one for each.

    Parameters
    ----------
    axis : int, default 1
        The axis of the channels.
    momentum : float, default 0.9
        How much of the moving averages is kept at each batch.
    epsilon : float, default 1e-5
        Added to the variance.
    center, scale : bool, default True
        Whether beta and gamma are trained.
    use_global_stats : bool, default False
        Use the moving averages in training too.
    beta_initializer, gamma_initializer, running_mean_initializer, running_variance_initializer : Initializer or str
        How the parameters start: at 0, 1, 0 and 1.
    in_channels : int, default 0
        The number of channels; 0: it is read from the first input.
    """

    def __init__(
        self, axis=1, momentum=0.9, epsilon=1e-5, center=True, scale=True, use_global_stats=False, beta_initializer="zeros",
        gamma_initializer="ones", running_mean_initializer="zeros", running_variance_initializer="ones", in_channels=0, **kwargs,
    ):  # fmt: skip
        momentum = validate.real("momentum", momentum, low=0, high=1)
        super().__init__(axis, epsilon, center, scale, beta_initializer, gamma_initializer, in_channels, **kwargs)
        self._momentum, self._use_global_stats = momentum, use_global_stats
        self.running_mean = self._vector("running_mean", running_mean_initializer, False)
        self.running_var = self._vector("running_var", running_variance_initializer, False)

    def cast(self, dtype):
        """Convert to another dtype; float16 is too coarse for the moving averages, so they stay float32 then."""
        super().cast("float32" if dtype in ("float16", nd.zeros(1, dtype="float16").dtype) else dtype)

    def hybrid_forward(self, F, x, gamma, beta, running_mean, running_var):
        """Compute the output, of the input's shape."""
        # The contexts share the moving averages, and each moves them by its part of the batch: together by one step.
        momentum = self._momentum ** (1 / len(self.running_mean._contexts))
        return F.BatchNorm(
            x, gamma, beta, running_mean, running_var, eps=self._epsilon, momentum=momentum, fix_gamma=not self._scale,
            use_global_stats=self._use_global_stats, axis=self._axis,
        )  # fmt: skip

    def __repr__(self):
        return (
            f"BatchNorm(axis={self._axis}, eps={self._epsilon}, momentum={self._momentum}, fix_gamma={not self._scale}, "
            f"use_global_stats={self._use_global_stats}, in_channels={self._channels() or None})"
        )


class LayerNorm(_Normalization):
    """Normalise each sample along an axis (arXiv:1607.06450); the arguments are those of `BatchNorm`."""

    def __init__(
        self, axis=-1, epsilon=1e-5, center=True, scale=True, beta_initializer="zeros", gamma_initializer="ones", in_channels=0, **kwargs
    ):
        super().__init__(axis, epsilon, center, scale, beta_initializer, gamma_initializer, in_channels, **kwargs)

    def hybrid_forward(self, F, x, gamma, beta):
        """Compute the output, of the input's shape."""
        return F.LayerNorm(x, gamma, beta, axis=self._axis, eps=self._epsilon)

    def __repr__(self):
        return f"LayerNorm({self._settings()})"


class InstanceNorm(_Normalization):
    """Normalise each channel of each sample (arXiv:1607.08022); the arguments are those of `BatchNorm`."""

    def __init__(
        self, axis=1, epsilon=1e-5, center=True, scale=False, beta_initializer="zeros", gamma_initializer="ones", in_channels=0, **kwargs
    ):
        super().__init__(axis, epsilon, center, scale, beta_initializer, gamma_initializer, in_channels, **kwargs)

    def hybrid_forward(self, F, x, gamma, beta):
        """Compute the output, of the input's shape."""
        if self._axis == 1:
            return F.InstanceNorm(x, gamma, beta, eps=self._epsilon)
        return F.swapaxes(F.InstanceNorm(F.swapaxes(x, 1, self._axis), gamma, beta, eps=self._epsilon), 1, self._axis)

    def __repr__(self):
        return f"InstanceNorm({self._settings()})"


class GroupNorm(_Normalization):
    """Normalise groups of channels of each sample (arXiv:1803.08494); gamma and beta have one number a group, as in MXNet 1.9.1."""

    def __init__(
        self, num_groups=1, epsilon=1e-5, center=True, scale=True, beta_initializer="zeros", gamma_initializer="ones", **kwargs
    ):
        num_groups = validate.integer("num_groups", num_groups, low=1)
        super().__init__(1, epsilon, center, scale, beta_initializer, gamma_initializer, num_groups, **kwargs)
        self._num_groups = num_groups

    def hybrid_forward(self, F, x, gamma, beta):
        """Compute the output, of the input's shape."""
        return F.GroupNorm(x, gamma, beta, num_groups=self._num_groups, eps=self._epsilon)

    def __repr__(self):
        return f"GroupNorm(eps={self._epsilon}, num_groups={self._num_groups}, center={self._center}, scale={self._scale})"
