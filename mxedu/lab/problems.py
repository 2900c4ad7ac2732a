"""The problems that chapters share."""

import numpy as np

from .. import nd


def regression(seed, scales=None, noise=0.1):
    """Give a linear regression: 256 samples of 8 features, true weights 1 or -1, float32.

    Parameters
    ----------
    seed : int
        Of the features, the signs of the true weights and the noise.
    scales : sequence of 8 floats, optional
        A factor for each feature: unequal ones make the problem badly conditioned.
    noise : float, default 0.1
        Standard deviation of the noise in y.

    Returns
    -------
    X, y : NDArray
        Of shapes (256, 8) and (256,).
    """
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((256, 8))
    if scales is not None:
        features = features * np.asarray(scales)
    y = features @ rng.choice([-1.0, 1.0], 8) + noise * rng.standard_normal(256)
    return nd.array(features), nd.array(y)
