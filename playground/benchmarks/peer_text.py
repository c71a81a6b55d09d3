"""The peer of the text benchmark, the page a user would write otherwise: `gr.ChatInterface` over the library's `generate()`.

The same checkpoint and settings, streamed as the library offers it, one visitor at a time as `gr.ChatInterface` does by itself.

    python -m playground.benchmarks.peer_text --port 7861
    python -m playground.benchmarks.peer_text --alone 8      # only `generate()`, without a page: tokens a second, JSON
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import torch

from playground.checkpoint import find_checkpoint, load_model, served_root
from playground.formats.tokenizer import FILE

MODEL = "text/shakespeare-transformer"
TOKENS = 64  # of every answer
SETTINGS = {"temperature": 0.8, "top_k": 0, "top_p": 0.95}


def generate(model: Any, prompt: str, **more: Any) -> Any:
    """Exactly TOKENS new tokens by the library's own loop."""
    tokens = torch.tensor([model.prompt_tokens(prompt)])
    with torch.inference_mode():
        return model.body.generate(
            tokens,
            attention_mask=torch.ones_like(tokens),
            min_new_tokens=TOKENS,
            max_new_tokens=TOKENS,
            do_sample=True,
            pad_token_id=0,
            **SETTINGS,
            **more,
        )


def build_peer(model: Any) -> Any:
    """A chat page whose answer goes on with what was typed."""
    import gradio as gr
    from transformers import PreTrainedTokenizerFast, TextIteratorStreamer

    root = served_root()
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(root / MODEL / FILE))

    def answer(message: str, history: list) -> Iterator[str]:
        streamer: Any = TextIteratorStreamer(tokenizer, skip_prompt=True)
        threading.Thread(target=generate, args=(model, message), kwargs={"streamer": streamer}).start()
        text = ""
        for piece in streamer:
            text += piece
            yield text

    return gr.ChatInterface(answer, title="Peer", api_name="chat")


def measure_alone(count: int) -> dict[str, float]:
    """Tokens a second of ``count`` answers one after the other; the first one more warms up."""
    root = served_root()
    model = load_model(find_checkpoint(root, MODEL))
    generate(model, "ROMEO.")
    started_s = time.monotonic()
    for i in range(count):
        generate(model, f"ACT {i}. SCENE 1.\n")
    seconds = time.monotonic() - started_s
    return {"tokens_per_s": count * TOKENS / seconds, "answer_ms": 1000 * seconds / count}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(measure_alone(int(sys.argv[2]))))
    else:
        from playground.benchmarks.peer import serve

        serve(MODEL, build_peer)
