"""What goes wrong in all stages of batch norm's way back, and where nothing is recognized."""

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.normalization import batchnorm_backward_staged
from nbcourse.specs.batch_norm.last_resorts import only_wrong
from nbcourse.specs.batch_norm.staged_ends import THREE_PATHS
from nbcourse.specs.batch_norm.staged_slips import IN_DMEAN, IN_DVAR
from nbcourse.specs.batch_norm.staged_steps import Staged
from nbcourse.specs.networks.common import stops_over_shapes

EVERYWHERE = (
    Mistake(
        "You leave eps out. The root on the way forward was sqrt(var + eps), and it is the same "
        "number in all stages.",
        Staged(inv=lambda s: 1 / np.sqrt(s.var)),
    ),
    Mistake(
        "You add eps outside the root. It was sqrt(var + eps) on the way forward.",
        Staged(inv=lambda s: 1 / (np.sqrt(s.var) + s.eps)),
    ),
    Mistake(
        "You take var for the standard deviation. The cache holds the variance: the divisor is "
        "sqrt(var + eps).",
        Staged(inv=lambda s: 1 / (s.var + s.eps)),
    ),
    Mistake(
        "You return a tuple. The six gradients are asked for in a dict, each under its name: "
        "dx_hat, dvar, dmean, dx, dgamma, dbeta.",
        lambda dout, cache: tuple(batchnorm_backward_staged(dout, cache).values()),
    ),
    Mistake(
        "The shapes do not fit. Statistics and their gradients are one number for each feature, "
        "(D,): sums run over the batch, axis 0.",
        Staged(dvar=lambda s: np.sum(s.dx_hat * s.centered, axis=1)),
        lambda args, result: 1 in args[0].shape or stops_over_shapes(result),
    ),
    only_wrong(
        batchnorm_backward_staged,
        "dx is wrong, and all that it is made of is right. " + THREE_PATHS,
        "dx",
    ),
    only_wrong(
        batchnorm_backward_staged,
        "Your dmean is wrong: -1 / sqrt(var + eps) times the sum of dx_hat over the batch, and "
        "what comes through the variance, which is 0.",
        "dmean",
    ),
    only_wrong(
        batchnorm_backward_staged,
        "Your dmean is wrong, and dx with it: -1 / sqrt(var + eps) times the sum of dx_hat over "
        "the batch, and what comes through the variance, which is 0.",
        *("dmean", "dx"),
        unless=IN_DMEAN,
    ),
    only_wrong(
        batchnorm_backward_staged,
        "Your dvar is wrong, and dx with it: the sum over the batch of dx_hat * (x - mean) times "
        "-1/2 (var + eps)^(-3/2).",
        *("dvar", "dx"),
        unless=IN_DVAR,
    ),
    only_wrong(
        batchnorm_backward_staged,
        "Your dgamma is wrong: the sum of dout * x_hat over the batch.",
        "dgamma",
    ),
    only_wrong(
        batchnorm_backward_staged, "Your dbeta is wrong: the sum of dout over the batch.", "dbeta"
    ),
)
