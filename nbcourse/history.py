"""What a training run leaves behind besides the model: its losses, step by step."""

from dataclasses import dataclass, field


@dataclass
class History:
    """What happened in training.

    Attributes
    ----------
    train_losses : by step, on the step's batch before its update, without the L2 penalty
    learning_rates : by step
    gradient_norms : by step, before clipping; only where ``clip_norm`` is given
    validation_losses, validation_accuracies : by epoch; only where ``validation`` is given
    epochs : number of epochs done
    stopped : whether early stopping has ended training
    best_epoch : the epoch, counted from 1, whose parameters early stopping has kept
    """

    train_losses: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    validation_accuracies: list[float] = field(default_factory=list)
    epochs: int = 0
    stopped: bool = False
    best_epoch: int | None = None
