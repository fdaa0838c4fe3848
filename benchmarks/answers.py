"""Answers to the sheet ``graphs`` as a class writes them: right in several ways, and wrong.

Each is the body of a function, without its head. The wrong ones hold mistakes that the sheet's
exercises know, and some that they do not.
"""

RIGHT: dict[str, tuple[str, ...]] = {
    "compound_backward": (
        "q = x + y\ndq = z\ndz = q\nreturn dq, dq, dz",
        "return z, z, x + y",
        "total = x + y\nreturn [1.0 * z, 1.0 * z, total]",
        "grads = np.array([z, z, y + x])\nreturn tuple(grads)",
    ),
    "add_backward": (
        "return 1.0 * dout, 1.0 * dout",
        "dx = dout\ndy = dout\nreturn dx, dy",
        "x, y = cache\nreturn dout * np.ones_like(x), dout * np.ones_like(y)",
        "return [1.0 * dout for value in cache]",
    ),
    "multiply_backward": (
        "x, y = cache\nreturn dout * y, dout * x",
        "dx = cache[1] * dout\ndy = cache[0] * dout\nreturn (dx, dy)",
        "left, right = cache\nreturn [np.multiply(dout, right), np.multiply(dout, left)]",
        "x, y = cache\ndx = np.zeros_like(x)\ndy = np.zeros_like(y)\n"
        "for index in np.ndindex(x.shape):\n"
        "    dx[index] = dout[index] * y[index]\n"
        "    dy[index] = dout[index] * x[index]\n"
        "return dx, dy",
    ),
    "max_backward": (
        "x, y = cache\nreturn dout * (x > y), dout * (y > x)",
        "x, y = cache\nmask = x > y\nreturn np.where(mask, dout, 0), np.where(mask, 0, dout)",
        "x, y = cache\nwins = (x > y).astype(float)\nreturn dout * wins, dout * (1 - wins)",
        "x, y = cache\ndx = dout.copy()\ndx[y > x] = 0\nreturn dx, dout - dx",
    ),
    "sigmoid_neuron_backward": (
        "w, x = cache\nscore = w[0] * x[0] + w[1] * x[1] + w[2]\ns = 1 / (1 + np.exp(-score))\n"
        "dscore = dout * s * (1 - s)\n"
        "return dscore * np.array([x[0], x[1], 1.0]), dscore * w[:2]",
        "w, x = cache\nt = np.dot(w[:2], x) + w[2]\ns = 1.0 / (1.0 + np.exp(-t))\n"
        "g = s * (1.0 - s) * dout\ndw = np.append(g * x, g)\ndx = g * w[:-1]\nreturn dw, dx",
        "w, x = cache\nt = w[:2] @ x + w[2]\na = -t\nb = np.exp(a)\nc = 1 + b\n"
        "dc = dout * (-1 / c**2)\ndb = dc\nda = db * b\ndt = -da\n"
        "return np.array([dt * x[0], dt * x[1], dt]), np.array([dt * w[0], dt * w[1]])",
    ),
    "topological_order": (
        "children = {node: [] for node in parents}\n"
        "for node, used in parents.items():\n    for parent in used:\n"
        "        children[parent].append(node)\n"
        "waiting = {node: len(used) for node, used in parents.items()}\n"
        "order = [node for node in parents if waiting[node] == 0]\n"
        "for node in order:\n    for child in children[node]:\n        waiting[child] -= 1\n"
        "        if waiting[child] == 0:\n            order.append(child)\n"
        "return order",
        "order = []\ndone = set()\nfor start in parents:\n    stack = [start]\n"
        "    while stack:\n        node = stack[-1]\n"
        "        missing = [p for p in parents[node] if p not in done]\n"
        "        if missing:\n            stack.append(missing[0])\n"
        "        else:\n            stack.pop()\n"
        "            if node not in done:\n                done.add(node)\n"
        "                order.append(node)\n"
        "return order",
        "order = []\nplaced = set()\nwhile len(order) < len(parents):\n"
        "    for node in parents:\n"
        "        if node not in placed and placed.issuperset(parents[node]):\n"
        "            placed.add(node)\n            order.append(node)\n"
        "return order",
    ),
    "graph_backward": (
        "gradients = {node: 0.0 for node in parents}\ngradients[output] = 1.0\n"
        "for node in reversed(topological_order(parents)):\n    for parent in set(parents[node]):\n"
        "        for slope in local[node, parent]:\n"
        "            gradients[parent] += gradients[node] * slope\n"
        "return gradients",
        "grads = dict.fromkeys(parents, 0.0)\ngrads[output] = 1.0\n"
        "order = list(topological_order(parents))\norder.reverse()\n"
        "for node in order:\n    seen = []\n    for parent in parents[node]:\n"
        "        if parent in seen:\n            continue\n        seen.append(parent)\n"
        "        grads[parent] = grads[parent] + sum(local[node, parent]) * grads[node]\n"
        "return grads",
        "children = {}\nfor node in parents:\n    for parent in set(parents[node]):\n"
        "        children.setdefault(parent, []).append(node)\n"
        "result = {}\nfor node in topological_order(parents)[::-1]:\n"
        "    total = 1.0 if node == output else 0.0\n"
        "    for child in children.get(node, []):\n"
        "        total += result[child] * sum(local[child, node])\n"
        "    result[node] = total\n"
        "return result",
    ),
    "matmul_backward": (
        "a, b = cache\nreturn dout @ b.T, a.T @ dout",
        "left, right = cache\nda = np.dot(dout, right.T)\ndb = np.dot(left.T, dout)\n"
        "return (da, db)",
        "a, b = cache\nda = np.einsum('nm,dm->nd', dout, b)\ndb = np.einsum('nd,nm->dm', a, dout)\n"
        "return [da, db]",
        "a, b = cache\nda = np.zeros_like(a)\ndb = np.zeros_like(b)\nfor row in range(len(a)):\n"
        "    da[row] = b @ dout[row]\n    db += np.outer(a[row], dout[row])\nreturn da, db",
    ),
    "unbroadcast": (
        "result = dout\nwhile result.ndim > len(shape):\n    result = result.sum(axis=0)\n"
        "for axis, size in enumerate(shape):\n    if size == 1:\n"
        "        result = result.sum(axis=axis, keepdims=True)\nreturn result",
        "added = dout.ndim - len(shape)\npadded = (1,) * added + tuple(shape)\n"
        "axes = tuple(i for i, size in enumerate(padded) if size == 1)\n"
        "return np.sum(dout, axis=axes, keepdims=True).reshape(shape)",
        "extra = dout.ndim - len(shape)\ngrad = dout.sum(axis=tuple(range(extra)))\n"
        "for axis in range(len(shape)):\n    if shape[axis] == 1 and grad.shape[axis] > 1:\n"
        "        grad = grad.sum(axis=axis, keepdims=True)\nreturn grad",
    ),
}

WRONG: dict[str, tuple[str, ...]] = {
    "compound_backward": (
        "return 1.0, z, y",
        "return y * z, x * z, x * y",
        "f = (x + y) * z\nreturn z, z, f",
        "return x * z, y * z, x + y",
    ),
    "add_backward": (
        "x, y = cache\nreturn np.ones_like(x), np.ones_like(y)",
        "x, y = cache\nreturn dout * y, dout * x",
        "half = dout / 2\nreturn half, half",
        "return dout, -dout",
    ),
    "multiply_backward": (
        "x, y = cache\nreturn dout * x, dout * y",
        "x, y = cache\nreturn y, x",
        "x, y = cache\nreturn np.sum(dout * y), np.sum(dout * x)",
        "x, y = cache\ndx = dout * y\ndy = dx * x\nreturn dx, dy",
    ),
    "max_backward": (
        "x, y = cache\nwins = x > y\nreturn dout * wins, dout * wins",
        "x, y = cache\nreturn dout[x > y], dout[y > x]",
        "x, y = cache\nif x > y:\n    return dout, 0\nreturn 0, dout",
        "x, y = cache\nbest = np.maximum(x, y)\nreturn dout * best, dout * best",
    ),
    "sigmoid_neuron_backward": (
        "w, x = cache\ns = 1 / (1 + np.exp(-(w[:2] @ x + w[2])))\ng = dout * (1 - s**2)\n"
        "return np.append(g * x, g), g * w[:2]",
        "w, x = cache\ns = 1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1])))\ng = dout * s * (1 - s)\n"
        "return np.array([g * x[0], g * x[1], g]), g * w[:2]",
        "w, x = cache\ns = 1 / (1 + np.exp(-(w[:2] @ x + w[2])))\ng = dout * s\n"
        "return np.append(g * x, g), g * w",
        "w, x = cache\nscore = w @ x\nreturn dout * score, dout * score",
    ),
    "topological_order": (
        "return sorted(parents)",
        "order = []\n\ndef visit(node):\n    if node in order:\n        return\n"
        "    for parent in parents[node]:\n        visit(parent)\n    order.append(node)\n\n"
        "for node in parents:\n    visit(node)\nreturn order",
        "order = [node for node in parents if not parents[node]]\nfor node in parents:\n"
        "    if node not in order and set(parents[node]) <= set(order):\n"
        "        order.append(node)\nreturn order",
        "found = [node for node in parents if not parents[node]]\nfor node in found:\n"
        "    for child in parents:\n        if node in parents[child] and child not in found:\n"
        "            found.append(child)\nreturn found",
    ),
    "graph_backward": (
        "grads = dict.fromkeys(parents, 0.0)\ngrads[output] = 1.0\n"
        "for node in reversed(topological_order(parents)):\n    for parent in set(parents[node]):\n"
        "        grads[parent] = grads[node] * sum(local[node, parent])\nreturn grads",
        "grads = dict.fromkeys(parents, 0.0)\ngrads[output] = 1.0\n"
        "for node in reversed(topological_order(parents)):\n    for parent in parents[node]:\n"
        "        for slope in local[node, parent]:\n"
        "            grads[parent] += grads[node] * slope\nreturn grads",
        "grads = {node: 1.0 for node in parents}\n"
        "for node in reversed(topological_order(parents)):\n    for parent in set(parents[node]):\n"
        "        grads[parent] += grads[node] * sum(local[node, parent])\nreturn grads",
        "grads = dict.fromkeys(parents, 0.0)\ngrads[output] = 1.0\nfor node in parents:\n"
        "    for parent in set(parents[node]):\n"
        "        grads[parent] += grads[node] * sum(local[node, parent])\nreturn grads",
    ),
    "matmul_backward": (
        "a, b = cache\nreturn dout @ b, a @ dout",
        "a, b = cache\nreturn a.T @ dout, dout @ b.T",
        "a, b = cache\nreturn dout * b, dout * a",
        "a, b = cache\nreturn dout @ b.T, dout.T @ a",
        "a, b = cache\nreturn b.T, a.T",
    ),
    "unbroadcast": (
        "return dout.reshape(shape)",
        "result = dout\nwhile result.ndim > len(shape):\n    result = result.sum(axis=0)\n"
        "return result",
        "return dout.sum(axis=0)",
        "return np.full(shape, dout.sum())",
        "return dout",
    ),
}

#: What students leave in cells of their own: prints, errors, figures.
SCRATCH: tuple[str, ...] = (
    "for i in range(50):\n    print(i, i**2, np.sqrt(i))",
    "print(np.random.rand(30, 8))",
    "result = my_function(3)",
    "np.ones((2, 3)) @ np.ones((2, 3))",
    "1 / 0",
    "import matplotlib.pyplot as plt\n\nt = np.linspace(-5, 5, 200)\n"
    "plt.plot(t, 1 / (1 + np.exp(-t)))\nplt.title('sigmoid')\nplt.show()",
    "import matplotlib.pyplot as plt\n\nfig, axes = plt.subplots(1, 2, figsize=(8, 3))\n"
    "axes[0].hist(np.random.randn(500), 30)\naxes[1].scatter(np.arange(40), np.arange(40) ** 2)",
    "import matplotlib.pyplot as plt\n\nimages, labels = load_digits()\n"
    "plt.imshow(images[7], cmap='gray')",
)

#: Cells, and lines put into a function, that hang or end the process they run in.
HANG_CELL = "i = 0\nwhile True:\n    i = i + 1"
HANG_CALL = "import time\ntime.sleep(1_000_000)"
EXIT_CELL = "import os\n\nos._exit(0)"
EXIT_CALL = "import os\nos._exit(1)"
