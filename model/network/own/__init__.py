"""Networks that other people made: read, flattened, stripped to logits, and served like ours."""
