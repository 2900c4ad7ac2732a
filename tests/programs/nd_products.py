"""Programs on mx.nd: products of matrices, and small calculations of several steps."""

import numpy as np


def products_of_matrices_and_vectors(mx):
    nd = mx.nd
    a, b = nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([[1, 0], [2, 1], [0, 3]])
    v = nd.array([1, -1, 2])
    return nd.dot(a, b), nd.dot(a, v), nd.dot(v, v), nd.dot(lhs=a, rhs=b), nd.dot(nd.array([1, 2]), a)


def products_with_transposed_factors(mx):
    nd = mx.nd
    a, b = nd.array([[1, 2, 3], [4, 5, 6]]), nd.array([[1, 0, 2], [2, 1, 1]])
    mixed = nd.dot(a, b, transpose_b=True), nd.dot(a, b, transpose_a=True)
    return mixed, nd.dot(a, b.T, transpose_a=True, transpose_b=True), nd.dot(a, b.T)


def products_over_the_last_and_the_first_axis(mx):
    x = mx.nd.arange(12).reshape((2, 2, 3))
    y = mx.nd.arange(12).reshape((3, 2, 2))
    return mx.nd.dot(x, y), mx.nd.dot(x, mx.nd.array([1, 2, 3])), mx.nd.dot(x, mx.nd.ones((3, 4)))


def products_of_batches_of_matrices(mx):
    nd = mx.nd
    a, b = nd.arange(12).reshape((2, 2, 3)), nd.arange(12).reshape((2, 3, 2)) / 4
    turned = nd.batch_dot(a, a, transpose_b=True), nd.batch_dot(a, a, transpose_a=True)
    return nd.batch_dot(a, b), turned, nd.batch_dot(a, b, transpose_a=True, transpose_b=True)


def products_of_wrong_shapes_are_refused(mx):
    words = []
    for a, b in (((2, 3), (4, 2)), ((3,), (2,)), ((2, 3), (3,)), ((1, 2), (1, 2))):
        try:
            words.append(mx.nd.dot(mx.nd.ones(a), mx.nd.ones(b)).shape)
        except mx.base.MXNetError:
            words.append("refused")
    return words


def standardising_the_columns_of_a_matrix(mx):
    x = mx.nd.array(np.arange(12).reshape(4, 3) ** 2)
    mean = x.mean(axis=0)
    deviation = ((x - mean) ** 2).mean(axis=0).sqrt()
    return mean, deviation, (x - mean) / deviation


def pairwise_distances(mx):
    x, y = mx.nd.array([[0, 0], [3, 4]]), mx.nd.array([[0, 1], [6, 8], [1, 1]])
    difference = x.expand_dims(1) - y.expand_dims(0)
    return (difference**2).sum(axis=2).sqrt(), mx.nd.norm(difference, axis=2)


def newton_iterations_for_square_roots(mx):
    x = mx.nd.array([2.0, 3.0, 100.0])
    root = mx.nd.ones_like(x)
    for _ in range(12):
        root = (root + x / root) / 2
    return root, mx.nd.abs(root * root - x).max().asscalar() < 1e-3


def power_iteration_finds_the_largest_eigenvalue(mx):
    nd = mx.nd
    matrix, v = nd.array([[2.0, 1.0], [1.0, 3.0]]), nd.ones((2,))
    for _ in range(30):
        v = nd.dot(matrix, v)
        v = v / v.norm()
    return v, nd.dot(v, nd.dot(matrix, v)).asscalar()


def centroids_of_three_clusters(mx):
    nd = mx.nd
    points = nd.array([[0, 0], [0, 1], [5, 5], [6, 5], [9, 0], [9, 1]])
    centres = nd.array([[1, 1], [5, 4], [8, 0]])
    for _ in range(3):
        distances = nd.sum(nd.square(points.expand_dims(axis=1) - centres), axis=2)
        member = nd.one_hot(nd.argmin(distances, axis=1), 3)
        centres = nd.dot(member, points, transpose_a=True) / member.sum(axis=0).expand_dims(1)
    return centres, member.argmax(axis=1)


def scaled_dot_product_attention(mx):
    nd = mx.nd
    q, k, v = (nd.arange(12).reshape((1, 3, 4)) / d for d in (10, 20, 5))
    scores = nd.batch_dot(q, k, transpose_b=True) / 4**0.5
    mask = nd.array(np.tril(np.ones((1, 3, 3))))
    scores = nd.where(mask, scores, nd.ones_like(scores) * -1e9)
    weights = nd.softmax(scores, axis=-1)
    return weights, nd.batch_dot(weights, v)


def polynomial_by_horners_scheme(mx):
    x, value = mx.nd.linspace(-1, 1, 5), mx.nd.zeros((5,))
    for coefficient in (1.0, 0.0, -2.0, 0.5):
        value = value * x + coefficient
    return value


def running_mean_of_minibatches(mx):
    nd = mx.nd
    total, count = nd.zeros((1, 3)), 0
    data = nd.arange(24).reshape((8, 3))
    for start in range(0, 8, 3):
        batch = data[start : start + 3]
        total += batch.sum(axis=0, keepdims=True)
        count += len(batch)
    return total / count, count


def game_of_life(mx):
    board = mx.nd.zeros((5, 5))
    board[2, 1:4] = 1
    history = []
    for _ in range(2):
        padded = mx.nd.zeros((7, 7))
        padded[1:-1, 1:-1] = board
        around = sum(padded[i : i + 5, j : j + 5] for i in range(3) for j in range(3)) - board
        board = mx.nd.where(board, (around == 2) + (around == 3), around == 3)
        history.append(board)
    return history
