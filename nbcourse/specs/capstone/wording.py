"""What is said to students about their capstone: each text names one cause, and what to do."""

from nbcourse.specs.capstone.limits import NUMBERS, SECONDS

NOTHING = "train comes to its end without a return: give back what predict needs, return params."
KEPT = (
    "What train returns is kept by whoever called it, and only arrays, numbers, strings, lists, "
    "tuples and dicts can be. Return the weights themselves, for example "
    'params = {"w1": w1, "b1": b1, ...}, in place of an object of a class or a function.'
)
SLOW = (
    f"A training may take {SECONDS} s, and a network that earns every point needs less than one. "
    "Take minibatches of 32 to 128 rows in place of single ones, whole arrays in place of loops "
    "over rows or entries, and no more than a few dozen epochs."
)
STOPPED = (
    "A call that takes too long or too much memory is ended. Look for a loop that does not end; "
    "then train on minibatches, with whole arrays in place of loops over rows."
)
NUMEROUS = (
    f"The parameters may hold {NUMBERS} numbers, and 64-100-10 has 7510. Return the weights, "
    "biases and what scales the pixels: neither the training rows, nor the optimizer's state, "
    "nor the caches and gradients of a step."
)
SCORES = (
    "predict returns a score for each of the ten classes. The label is the position of the "
    "largest one in its row: scores.argmax(axis=1)."
)
ONE_HOT = (
    "predict returns rows of zeros and a one. Return the label itself, the position of the one: "
    "scores.argmax(axis=1)."
)
COLUMN = (
    "predict returns a column, or keeps an axis of length one. Return one number a row, of shape "
    "(N,): scores.argmax(axis=1), without keepdims."
)
SQUEEZED = (
    "For a single row predict returns a number without an axis: np.squeeze or [0] took it away. "
    "Return shape (1,) there, as scores.argmax(axis=1) does."
)
ACROSS = (
    "The number of labels is not the number of rows: argmax over axis 0 finds the best row for "
    "each class. Take the best class for each row, axis=1."
)
LABELS_HOT = (
    "labels are whole numbers of shape (N,), not one-hot rows. Either take the right class's "
    "entry by p[np.arange(N), labels], or make the rows yourself: np.eye(10)[labels]."
)
ARGMIN = (
    "Nearly every label is wrong, far more than by guessing: predict takes the smallest score, "
    "or the negative scores. The label belongs to the largest one: argmax."
)
SHIFTED = (
    "Most labels are wrong by the same amount: something is added to the position of the largest "
    "score. The labels are 0 to 9, as argmax counts the columns."
)
NO_LABELS = (
    "Return one whole number from 0 to 9 for each row, in an array of shape (N,): "
    "return scores.argmax(axis=1)."
)
LEFT_BEHIND = (
    "predict uses what the last call of train left in a global variable, not the params that it "
    "is given. After another training it answers by that one. Take every weight from params."
)
IGNORED = (
    "Two trainings on rows with different labels gave the same answers: train does not use the "
    "rows and labels that it is given. Weights from elsewhere, or rows of its own loading, do "
    "not know how the labels are dealt here."
)
OWN_STATISTICS = (
    "Rows are named right when they come all at once, and wrong in small groups: predict takes "
    "something over all rows that it gets. If these are their mean and standard deviation, keep "
    "those of the training rows in params and use these for every row; if it is a softmax, it "
    "belongs to each row by itself, axis=1."
)
UNSHUFFLED = (
    "The given rows are sorted by label, and trained on in that order the network forgets the "
    "first classes while it sees the last. Draw a new order every epoch: rng.permutation(N), for "
    "the rows and the labels alike."
)
UNSCALED = (
    "Given pixels divided by 16, the same functions do well. The pixels are 0 to 16, too large "
    "for the first layer as it starts: divide by 16, or standardize with the training rows' mean "
    "and std, in train and in predict."
)
DIVERGED = (
    "The parameters have become NaN or infinite: training diverged. Look first whether the "
    "gradient is the mean over the batch (divided by N) and not the sum; then scale the pixels "
    "to 0 to 1 and take a smaller learning rate."
)
CONSTANT = (
    "predict gives nearly every row the same label: one large step may have put every ReLU to 0 "
    "for good. Print the loss as it falls; check that the gradient is a mean over the batch, "
    "divided by N, and not the sum, and that the steps go down it (minus); then try a smaller "
    "learning rate, and start at small random weights, not at zeros."
)
UNTRAINED = (
    "Other labels for the same rows change nothing: the network is as it was before training, or "
    "nearly so. Look whether the loop runs, whether the steps reach the arrays that train returns "
    "(not copies of them), and whether the weights start at small random numbers, not at 0."
)
LOST = (
    "The labels are no better than guessed, for the rows it was trained on as well. Look whether "
    "rows and labels stay together when they are shuffled (one order for both), whether the steps "
    "go down the gradient (minus), and whether there are more than a few of them."
)
LINEAR = (
    "With so few numbers this is a linear model, one straight boundary between any two digits, "
    "and about 88 % is what it can reach here. Put a hidden layer with ReLU between pixels and "
    "scores: 64-100-10."
)
FLAT = (
    "The hidden layer has no activation, and two linear layers in a row are a linear layer: about "
    "88 % is what that can reach here. Put np.maximum(h, 0) between them, in train (with its "
    "gradient) and in predict."
)
SHORT = (
    "Trained longer, the same network does better: the training ends too early, or its steps are "
    "too small. More epochs, a larger learning rate, or Adam in place of plain gradient descent."
)
NARROW = (
    "Given every row three times, the same network does no better. Either train takes the same "
    "number of steps however many rows there are, and too few (30 epochs of 4,000 rows in "
    "minibatches of 64 are 1,900 steps), or it leaves rows out, or the network is too narrow: give "
    "it 64 to 128 hidden units. Then let the learning rate fall, or add shifted copies of the rows."
)
