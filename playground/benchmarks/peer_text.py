"""The peer of the text benchmark, the page a user would write otherwise: `gr.ChatInterface` over the library's `generate()`.

The same checkpoint and settings, streamed as the library offers it, one visitor at a time as `gr.ChatInterface` does by itself.

    python -m playground.benchmarks.peer_text --port 7861
    python -m playground.benchmarks.peer_text --alone        # only `generate()`, for as long as each line of standard input says
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


def generate_alone() -> None:
    """For each line of standard input, a number of seconds: so long answers one after the other, and what they took as JSON."""
    root = served_root()
    model = load_model(find_checkpoint(root, MODEL))
    generate(model, "ROMEO.")  # warms up
    answers = 0
    for line in sys.stdin:
        tokens, started_s, cpu_before_s = 0, time.monotonic(), time.process_time()
        while time.monotonic() - started_s < float(line):
            generate(model, f"ACT {answers}. SCENE 1.\n")
            answers += 1
            tokens += TOKENS
        spent = {"seconds": time.monotonic() - started_s, "cpu_s": time.process_time() - cpu_before_s}
        print(json.dumps({"tokens": tokens, **spent}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        generate_alone()
    else:
        from playground.benchmarks.peer import serve

        serve(MODEL, build_peer)
