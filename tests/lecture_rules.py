"""The optimizer rules as text, written as in a lecture's assignment.

Defaults are filled into a copy of config, where the state lives. A test exchanges something in
them.
"""

LECTURE = {
    "sgd": """
    config.setdefault("lr", 1e-2)
    w = w - config["lr"] * dw
""",
    "momentum": """
    config.setdefault("lr", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["lr"] * dw
    w = w + v
    config["velocity"] = v
""",
    "nesterov": """
    config.setdefault("lr", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v_prev = v
    v = config["momentum"] * v - config["lr"] * dw
    w = w + -config["momentum"] * v_prev + (1 + config["momentum"]) * v
    config["velocity"] = v
""",
    "rprop": """
    config.setdefault("lr", 1e-2)
    config.setdefault("etas", (0.5, 1.2))
    config.setdefault("step_sizes", (1e-6, 50))
    config.setdefault("step", config["lr"] * np.ones_like(w))
    config.setdefault("prev_grad", np.zeros_like(w))
    sign = np.sign(dw * config["prev_grad"])
    step = config["step"].copy()
    step[sign > 0] *= config["etas"][1]
    step[sign < 0] *= config["etas"][0]
    config["step"] = np.clip(step, *config["step_sizes"])
    dw = dw.copy()
    dw[sign < 0] = 0
    config["prev_grad"] = dw
    w = w - np.sign(dw) * config["step"]
""",
    "adagrad": """
    config.setdefault("lr", 1e-2)
    config.setdefault("eps", 1e-10)
    config["sum"] = config.get("sum", np.zeros_like(w)) + dw ** 2
    w = w - config["lr"] * dw / (np.sqrt(config["sum"]) + config["eps"])
""",
    "adadelta": """
    config.setdefault("lr", 1.0)
    config.setdefault("rho", 0.9)
    config.setdefault("eps", 1e-6)
    rho, eps = config["rho"], config["eps"]
    config["square_avg"] = rho * config.get("square_avg", np.zeros_like(w)) + (1 - rho) * dw ** 2
    acc = config.get("acc_delta", np.zeros_like(w))
    update = -np.sqrt(acc + eps) / np.sqrt(config["square_avg"] + eps) * dw
    w = w + config["lr"] * update
    config["acc_delta"] = rho * acc + (1 - rho) * update ** 2
""",
    "rmsprop": """
    config.setdefault("lr", 1e-2)
    config.setdefault("alpha", 0.99)
    config.setdefault("eps", 1e-8)
    config.setdefault("square_avg", np.zeros_like(w))
    s = config["alpha"] * config["square_avg"] + (1 - config["alpha"]) * (dw * dw)
    w = w - config["lr"] * dw / (np.sqrt(s) + config["eps"])
    config["square_avg"] = s
""",
    "adam": """
    config.setdefault("lr", 1e-3)
    config.setdefault("betas", (0.9, 0.999))
    config.setdefault("eps", 1e-8)
    config.setdefault("exp_avg", np.zeros_like(w))
    config.setdefault("exp_avg_sq", np.zeros_like(w))
    config.setdefault("step", 0)
    config["step"] += 1
    t = config["step"]
    b1, b2 = config["betas"]
    m = b1 * config["exp_avg"] + (1 - b1) * dw
    v = b2 * config["exp_avg_sq"] + (1 - b2) * dw ** 2
    mt = m / (1 - b1 ** t)
    vt = v / (1 - b2 ** t)
    w = w - config["lr"] * mt / (np.sqrt(vt) + config["eps"])
    config["exp_avg"], config["exp_avg_sq"] = m, v
""",
}
