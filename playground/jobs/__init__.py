"""Long work: each job is an async generator of events (protocol/events.py) over ``ask``, and closing it cancels it.

    async def job(ask: Ask, request: <frozen dataclass>) -> Events

A job knows no engine, page or model: it asks questions, each a fraction of a second long, so that other visitors' questions run
between them. All state is in the request, the replies and the events. Errors are those of playground.errors, raised.

ask.py              what a job is given to ask with; questions that are asked again; the last event of a job
compare.py          models and real data on the same seeds; compare_request.py checks what is asked
invert.py           the latent of a file by gradient search
compose.py          a chorale bar by bar, also under a given soprano
write.py            a language model's text, token by token
get.py              a pretrained checkpoint, brought by a process of its own
"""
