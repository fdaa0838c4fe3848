"""What goes wrong in softmax and cross-entropy."""

import numpy as np

from nbcourse.exercise import Mistake
from nbcourse.losses import softmax_cross_entropy
from nbcourse.specs.networks import softmax_variants as wrong

MISTAKES = (
    Mistake(
        "exp overflows at large logits: e^710 is infinite, and infinite / infinite is not a "
        "number. Subtract each row's largest logit first; no probability changes by that.",
        wrong.from_probabilities(wrong.naive),
        wrong.by_kind(wrong.all_right, wrong.gradient_lost, wrong.gradient_lost),
    ),
    Mistake(
        "Your gradient is right, and in your loss exp overflows: log(sum of exp(z)) is infinite at "
        "z = 1000. Subtract each row's largest logit inside, and add it outside of the logarithm.",
        wrong.sum_without_a_shift,
    ),
    Mistake(
        "You subtract the largest logit of the whole batch. In a row that lies far below it "
        "every exp is 0, and 0 / 0 is not a number: each row needs its own maximum, axis 1.",
        wrong.from_probabilities(wrong.shifted_together),
        wrong.by_kind(wrong.all_right, wrong.gradient_lost, wrong.gradient_kept),
    ),
    Mistake(
        "A probability that is rounded to 0 has no logarithm. Do not take log(p): of "
        "log(e^z / sum) the first half is z itself, so log p = shifted - log(sum of "
        "exp(shifted)).",
        wrong.from_probabilities(wrong.shifted),
        wrong.by_kind(wrong.all_right, wrong.all_right, wrong.loss_infinite),
    ),
    Mistake(
        "You keep the logarithm off 0 with a small number, added to p or as a lower bound. "
        "That gives another loss: log p = shifted - log(sum of exp(shifted)) needs no such "
        "help.",
        wrong.from_probabilities(wrong.shifted, lambda p: np.log(p + 1e-5)),
        wrong.guarded,
    ),
    Mistake(
        "Two things: exp overflows at large logits, so subtract each row's largest one first. And "
        "a small number that keeps log(p) off 0 gives another loss: log p = shifted - log(sum of "
        "exp(shifted)) needs no such help.",
        wrong.from_probabilities(wrong.naive, lambda p: np.log(p + 1e-8)),
        wrong.guarded_and_overflowing,
    ),
    Mistake(
        "Your gradient is y - p. It must be p - y: where p is too small for the right class, "
        "a step against the gradient has to raise that logit.",
        wrong.with_other(dlogits=lambda p, y, n: (y - p) / n),
    ),
    Mistake(
        "Your gradient is y - p, and it lacks the 1/N. It is (p - y) / N.",
        wrong.with_other(dlogits=lambda p, y, n: y - p),
    ),
    Mistake(
        "Your dlogits lacks the 1/N. The loss is the mean over the batch, so each example has "
        "a share of 1/N in it, and the gradient has the same factor.",
        wrong.with_other(dlogits=lambda p, y, n: p - y),
    ),
    wrong.instead(
        "Loss and gradient are sums over the batch. Both are to be means: divide by N.",
        lambda log_p, y: -np.sum(y * log_p),
        lambda p, y, n: p - y,
    ),
    wrong.instead(
        "Your loss is the sum over the batch; it is to be the mean.",
        lambda log_p, y: -np.sum(y * log_p),
    ),
    wrong.instead(
        "You divide by N C: np.mean over a one-hot matrix counts its zeros too. Sum over the "
        "classes, and take the mean over the N examples.",
        lambda log_p, y: -np.mean(y * log_p),
        lambda p, y, n: (p - y) / y.size,
    ),
    Mistake(
        "Your dlogits is divided by N C. The loss is a mean over the N examples, so the factor is "
        "1/N.",
        wrong.with_other(dlogits=lambda p, y, n: (p - y) / y.size),
    ),
    wrong.instead(
        "Your loss is divided by N C: np.mean over a one-hot matrix counts its zeros too. Sum "
        "over the classes, and take the mean over the N examples.",
        lambda log_p, y: -np.mean(y * log_p),
    ),
    wrong.instead(
        "Your loss takes in the logarithms of all the probabilities. Only that of the right class "
        "counts: one entry from each row.",
        lambda log_p, y: -np.mean(log_p),
    ),
    wrong.instead(
        "Your loss sums the logarithms of all the probabilities of a row. Only that of the right "
        "class counts: one entry from each row.",
        lambda log_p, y: -np.sum(log_p) / len(y),
    ),
    Mistake(
        "You divide by the number of classes C. The mean is over the N examples.",
        wrong.with_other(
            lambda log_p, y: -np.sum(y * log_p) / y.shape[1],
            lambda p, y, n: (p - y) / y.shape[1],
        ),
    ),
    Mistake(
        "Your dlogits is divided by N twice.",
        wrong.with_other(dlogits=lambda p, y, n: (p - y) / n**2),
    ),
    wrong.instead(
        "The logarithm is missing: the loss is the mean of -log p of the right class.",
        lambda log_p, y: -np.sum(y * np.exp(log_p)) / len(y),
    ),
    wrong.instead(
        "Your loss is 1 - p of the right class, a share of wrong answers. The loss is -log p, "
        "which grows without end where p is small, and whose gradient is p - y.",
        lambda log_p, y: np.sum(y * (1 - np.exp(log_p))) / len(y),
    ),
    wrong.instead(
        "Your logarithm has the base 2. The natural logarithm, np.log, is the one that undoes exp.",
        lambda log_p, y: -np.sum(y * log_p) / len(y) / np.log(2),
    ),
    wrong.instead(
        "Your logarithm has the base 10. The natural logarithm, np.log, is the one that undoes "
        "exp.",
        lambda log_p, y: -np.sum(y * log_p) / len(y) / np.log(10),
    ),
    wrong.instead(
        "Your loss has the wrong sign. A logarithm of a probability is negative, and the loss "
        "is its negative.",
        lambda log_p, y: np.sum(y * log_p) / len(y),
    ),
    wrong.instead(
        "Your loss has one entry for each example. It is one number: their mean.",
        lambda log_p, y: -np.sum(y * log_p, axis=1),
    ),
    Mistake(
        "Your dlogits is summed over the batch. Every logit of every example has a gradient of "
        "its own: dlogits has the shape of logits.",
        wrong.with_other(dlogits=lambda p, y, n: ((p - y) / n).sum(axis=0)),
    ),
    Mistake(
        "You set the entry of the right class to -1. Subtract 1 from it: p - 1 is left there.",
        wrong.with_other(dlogits=lambda p, y, n: (p * (1 - y) - y) / n),
    ),
    Mistake(
        "p[labels] chooses whole rows. One entry from each row is wanted: p[np.arange(N), labels].",
        wrong.whole_rows_chosen,
    ),
    Mistake(
        "p (1 - p) is the derivative of each probability by its own logit. The loss looks at one "
        "probability, which all the logits of its row move: together that makes p - y.",
        wrong.with_other(dlogits=lambda p, y, n: p * (1 - p) / n),
    ),
    Mistake(
        "Your dlogits is p. At the right class the logit acts on the loss in one more way, "
        "through -z of that class: subtract 1 there.",
        wrong.with_other(dlogits=lambda p, y, n: p / n),
    ),
    Mistake(
        "You subtract 1 from every probability. Only the logit of the right class gets the "
        "-1: index with rows and labels together, p[np.arange(N), labels].",
        wrong.with_other(dlogits=lambda p, y, n: (p - 1) / n),
    ),
    Mistake(
        "Your gradient is nonzero at the right class only. The other logits act on the loss "
        "too: through the sum in the denominator.",
        wrong.with_other(dlogits=lambda p, y, n: (p - 1) * y / n),
    ),
    wrong.instead(
        "You differentiate the logarithm and stop: -1/p at the right class is the gradient "
        "with respect to p. The softmax lies between p and the logits.",
        lambda log_p, y: -np.sum(y * log_p) / len(y),
        lambda p, y, n: -y / p / n,
    ),
    Mistake(
        "You return the probabilities in place of the gradient. It is (p - y) / N: 1 is taken away "
        "at the right class, and the mean over the batch puts in its 1/N.",
        wrong.with_other(dlogits=lambda p, y, n: p),
    ),
    Mistake(
        "You multiply by p (1 - p) once more. p - y is already the gradient of the logits: "
        "softmax and cross-entropy together.",
        wrong.with_other(dlogits=lambda p, y, n: (p - y) * p * (1 - p) / n),
    ),
    Mistake(
        "Your softmax adds up over the examples, axis 0. The probabilities of one example sum "
        "to 1: axis 1.",
        wrong.from_probabilities(wrong.over_columns),
    ),
    Mistake(
        "Your softmax adds up over the whole batch. The probabilities of each example sum to "
        "1 on their own: axis=1, keepdims=True.",
        wrong.from_probabilities(wrong.over_everything),
    ),
    Mistake(
        "You subtract the largest logit of each column. What may be subtracted without "
        "changing the probabilities is one number for each row: axis 1.",
        wrong.from_probabilities(wrong.shifted_by_columns),
    ),
    Mistake(
        "Two shapes do not fit. A sum or a maximum over axis 1 has the shape (N,), and beside "
        "an array (N, C) it is taken for a row: keepdims=True makes it (N, 1). Labels (N,) "
        "become one-hot rows (N, C) with np.eye(C)[labels].",
        wrong.from_probabilities(wrong.axis_lost),
        wrong.loses_its_axis,
    ),
    Mistake(
        "p[:, labels] picks N columns for every row. One entry from each row is wanted: "
        "p[np.arange(N), labels].",
        wrong.all_pairs,
    ),
    Mistake(
        "In your gradient the 1 is subtracted from whole columns: [:, labels] picks N columns for "
        "every row. One entry from each row is wanted: [np.arange(N), labels].",
        lambda logits, labels: (
            softmax_cross_entropy(logits, labels)[0],
            wrong.all_pairs(logits, labels)[1],
        ),
    ),
    Mistake(
        "The row's maximum is subtracted inside exp only. It has to be subtracted from the "
        "logit outside as well, or added to the logarithm of the sum.",
        wrong.maximum_not_added_back,
    ),
    Mistake(
        "You shift the logits above the line of the fraction and not below it. The same number is "
        "subtracted in all of them.",
        wrong.from_probabilities(wrong.shifted_above_only),
    ),
    Mistake(
        "You take the logarithm after the 1 has been subtracted from p. Compute the loss "
        "first, or subtract in a copy.",
        wrong.loss_after_the_subtraction,
    ),
    Mistake(
        "You ask how sure the network is of its own guess. The loss asks for the probability "
        "of the class in labels.",
        wrong.own_guess,
    ),
    Mistake(
        "You subtract the labels as numbers. y stands for one-hot rows: 1 at the label, 0 "
        "elsewhere.",
        wrong.labels_as_numbers,
    ),
    wrong.instead(
        "Your loss has a term (1 - y) log(1 - p) for the other classes. That is the binary "
        "loss; here the probabilities sum to 1, and the loss is -log p of the right class alone.",
        wrong.every_class_as_yes_or_no,
    ),
    Mistake(
        "Your softmax takes exp(-z). A larger logit means a larger probability: exp(z).",
        lambda logits, labels: softmax_cross_entropy(-logits, labels),
    ),
    Mistake(
        "The sign of z is turned in exp(-z), and back again in the gradient. A larger logit means "
        "a larger probability: exp(z).",
        lambda logits, labels: wrong.negated(*softmax_cross_entropy(-logits, labels)),
    ),
    Mistake(
        "You take the class before the one in labels. Classes are counted from 0, as the entries "
        "of a row are: use the labels as they are.",
        lambda logits, labels: softmax_cross_entropy(logits, (labels - 1) % logits.shape[1]),
    ),
    Mistake(
        "This is the hinge loss, max(0, z - z of the right class + 1), with its gradient. "
        "Cross-entropy is asked for: -log p of the right class, with p from the softmax.",
        wrong.hinge,
    ),
    Mistake(
        "Your loss is the share of wrong guesses, which has no gradient to follow. The loss is the "
        "mean of -log p of the right class.",
        wrong.share_of_wrong_guesses,
    ),
    wrong.instead(
        "Your loss is the entropy of the probabilities, -sum of p log p, and the labels have no "
        "part in it. The loss is -log p of the right class.",
        lambda log_p, y: -np.sum(np.exp(log_p) * log_p) / len(y),
    ),
    # Tried last: where nothing is recognized, it says at least where to look.
    Mistake(
        "Moderate logits come out right, those of 1e4 do not. exp overflows beyond 709 and is 0 "
        "below -745: subtract each row's largest logit first, and write log p as shifted - "
        "log(sum of exp(shifted)).",
        lambda logits, labels: softmax_cross_entropy(np.clip(logits, -80, 80), labels),
        wrong.by_kind(wrong.nearly_right, wrong.anything, wrong.anything),
    ),
)
