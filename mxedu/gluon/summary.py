"""The table that `Block.summary` prints."""

from ..nd import NDArray

__all__ = ["summarize"]


def summarize(net, inputs):
    """Print the blocks of a net in the order in which they end, with the shapes of their outputs and the numbers of their parameters."""
    rows, counts, blocks = [("Input", _shapes(inputs), 0)], {}, {}

    def note(block, _, output):
        own = {p: p.list_data()[0].size for p in block._own.values()}
        counts.update(own)
        rows.append((f"{type(block).__name__}-{len(rows)}", _shapes(output), sum(own.values())))

    net.apply(blocks.setdefault)  # each once, also where it is shared
    handles = [block.register_forward_hook(note) for block in blocks]
    try:
        net(*inputs)
    finally:
        for handle in handles:
            handle.detach()
    trainable = sum(n for p, n in counts.items() if p.grad_req != "null")
    print("-" * 80)
    print(f"{'Layer (type)':>20}  {'Output Shape':>42} {'Param #':>15}")
    print("=" * 80)
    for layer, shape, n in rows:
        print(f"{layer:>20}  {shape:>42} {n:>15}")
    print("=" * 80)
    print(f"Total params: {sum(counts.values())}\nTrainable params: {trainable}\nNon-trainable params: {sum(counts.values()) - trainable}")
    print("-" * 80)


def _shapes(x):
    """Give the shape of an array, or those of several, in a form to print."""
    if isinstance(x, NDArray):
        return str(x.shape)
    return ", ".join(map(_shapes, x)) if isinstance(x, list | tuple) else "-"
