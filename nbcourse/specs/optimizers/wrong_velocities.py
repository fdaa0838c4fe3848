"""What people make of momentum: (hint, (w, dw, v, lr, momentum) -> w, v)."""

OF_VELOCITY = (
    (
        "The new gradient is dampened by 1 - momentum, and your velocity has the other sign. It is "
        "the step itself, with the gradient in full: v = momentum * v - lr * dw, and w + v.",
        lambda w, dw, v, lr, mu: (w - mu * v - (1 - mu) * lr * dw, mu * v + (1 - mu) * lr * dw),
    ),
    (
        "What you keep as the velocity is the new w. Keep v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + mu * v - lr * dw, w + mu * v - lr * dw),
    ),
    (
        "Your velocity is a sum of gradients, without the learning rate, as in some libraries. "
        "Here it is a step: v = momentum * v - lr * dw, and w + v.",
        lambda w, dw, v, lr, mu: (w - lr * (mu * v + dw), mu * v + dw),
    ),
    (
        "Your velocity is a mean of gradients, (1 - momentum) * dw. Here it is a step: "
        "v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w - lr * (mu * v + (1 - mu) * dw), mu * v + (1 - mu) * dw),
    ),
    (
        "The new gradient is dampened by 1 - momentum. It counts in full: momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + mu * v - (1 - mu) * lr * dw, mu * v - (1 - mu) * lr * dw),
    ),
    (
        "Your velocity has the other sign: it points uphill, and you subtract it. Here it is the "
        "step itself: v = momentum * v - lr * dw, and w + v.",
        lambda w, dw, v, lr, mu: (w - (mu * v + lr * dw), mu * v + lr * dw),
    ),
    (
        "The gradient goes into the velocity with the wrong sign: v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + (mu * v + lr * dw), mu * v + lr * dw),
    ),
    (
        "The old velocity is not multiplied by momentum, and so no step is ever forgotten.",
        lambda w, dw, v, lr, mu: (w + v - lr * dw, v - lr * dw),
    ),
    (
        "The old velocity moves w: first compute the new one, then add that to w.",
        lambda w, dw, v, lr, mu: (w + v, mu * v - lr * dw),
    ),
    (
        "momentum multiplies the new gradient as well: only the old velocity is multiplied by it, "
        "v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + mu * (v - lr * dw), mu * (v - lr * dw)),
    ),
    (
        "The gradient moves w twice, by itself and in the velocity. The velocity alone moves w.",
        lambda w, dw, v, lr, mu: (w + mu * v - 2 * lr * dw, mu * v - lr * dw),
    ),
    (
        "The learning rate is in your step twice, in the velocity and before it.",
        lambda w, dw, v, lr, mu: (w + lr * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The learning rate is missing from the velocity: v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + mu * v - dw, mu * v - dw),
    ),
    (
        "The learning rate multiplies the old velocity as well. It is in it already: "
        "v = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + lr * (mu * v - dw), lr * (mu * v - dw)),
    ),
)

LOOKING_AHEAD = (
    (
        "The factors are exchanged: 1 + momentum belongs to the new velocity, momentum to the old.",
        lambda w, dw, v, lr, mu: (w - (1 + mu) * v + mu * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The look ahead goes along the old velocity. It goes along the new one: "
        "w - momentum * v + (1 + momentum) * v_new.",
        lambda w, dw, v, lr, mu: (w + mu * mu * v - lr * dw, mu * v - lr * dw),
    ),
    (
        "The parentheses are missing round 1 + momentum: (1 + momentum) * v_new.",
        lambda w, dw, v, lr, mu: (w - mu * v + 1 + mu * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "This is plain momentum: w moves by the new velocity alone. Nesterov's form takes back the "
        "old look ahead and adds a new one: w - momentum * v + (1 + momentum) * v_new. If that is "
        "what you wrote, keep the old velocity in a variable before you compute the new one.",
        lambda w, dw, v, lr, mu: (w + mu * v - lr * dw, mu * v - lr * dw),
    ),
    (
        "The old and the new velocity are exchanged: w - momentum * v + (1 + momentum) * v_new.",
        lambda w, dw, v, lr, mu: (
            w - mu * (mu * v - lr * dw) + (1 + mu) * v,
            mu * v - lr * dw,
        ),
    ),
    (
        "The old look ahead is not taken back: - momentum * v is missing from the new w.",
        lambda w, dw, v, lr, mu: (w + (1 + mu) * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The old look ahead is added once more. It is taken back: w - momentum * v + ...",
        lambda w, dw, v, lr, mu: (w + mu * v + (1 + mu) * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The new velocity is counted once, without the look ahead: its factor is 1 + momentum.",
        lambda w, dw, v, lr, mu: (w - mu * v + (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The new velocity is counted with momentum alone: its factor is 1 + momentum.",
        lambda w, dw, v, lr, mu: (w - mu * v + mu * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "w moves by momentum times the new velocity. Its factor is 1 + momentum, and "
        "momentum * v is taken back.",
        lambda w, dw, v, lr, mu: (w + mu * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The old velocity is taken back without its factor: it is momentum * v that w was ahead.",
        lambda w, dw, v, lr, mu: (w - v + (1 + mu) * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "The factor of the new velocity is 1 + momentum, and yours is 1 - momentum.",
        lambda w, dw, v, lr, mu: (w - mu * v + (1 - mu) * (mu * v - lr * dw), mu * v - lr * dw),
    ),
    (
        "Your velocity is a sum of gradients, without the learning rate, as in PyTorch. Here it is "
        "a step: v_new = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w - lr * (dw + mu * (mu * v + dw)), mu * v + dw),
    ),
    (
        "Your velocity has the other sign: it points uphill. v_new = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w + mu * v - (1 + mu) * (mu * v + lr * dw), mu * v + lr * dw),
    ),
    (
        "The gradient goes into the velocity with the wrong sign: momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (w - mu * v + (1 + mu) * (mu * v + lr * dw), mu * v + lr * dw),
    ),
    (
        "The velocity that you return is not the new one, but the whole step that w makes. Keep "
        "v_new = momentum * v - lr * dw.",
        lambda w, dw, v, lr, mu: (
            w + mu**2 * v - (1 + mu) * lr * dw,
            mu**2 * v - (1 + mu) * lr * dw,
        ),
    ),
)
