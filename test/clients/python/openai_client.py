"""The scenarios of PyPI `openai`, each printed as one line of JSON: python openai_client.py BASE TOKEN VIEWER"""

import sys

import openai
from pydantic import BaseModel
from scenarios import failure, run

base, token, viewer = sys.argv[1:]
client = openai.OpenAI(base_url=f"{base}/v1", api_key=token)
hello = [{"role": "user", "content": "Say hello to everybody."}]
ask = client.chat.completions.create


class Count(BaseModel):
    n: int


def whole():
    raw = client.chat.completions.with_raw_response.create(model="script/ok", messages=hello)
    answer = raw.parse()
    return {
        "target": raw.headers["x-vx11-target"],
        "model": answer.model,
        "text": answer.choices[0].message.content,
        "finish": answer.choices[0].finish_reason,
        "tokens": answer.usage.total_tokens,
    }


def stream():
    chunks = list(
        ask(model="script/ok", messages=hello, stream=True, stream_options={"include_usage": True})
    )
    return {
        "text": "".join(c.choices[0].delta.content or "" for c in chunks if c.choices),
        "finish": [c.choices[0].finish_reason for c in chunks if c.choices][-1],
        "usage": [c.usage.total_tokens for c in chunks if c.usage],
    }


def tools(model):
    with client.chat.completions.stream(model=model, messages=hello) as events:
        answer = events.get_final_completion()
    calls = answer.choices[0].message.tool_calls
    return [[call.id, call.function.name, call.function.arguments] for call in calls]


def schema():
    answer = client.chat.completions.parse(
        model="script/json", messages=hello, response_format=Count
    )
    return answer.choices[0].message.parsed.model_dump()


def responses():
    answer = client.responses.create(model="script/ok", input="Say hello.")
    events = list(client.responses.create(model="script/ok", input="Say hello.", stream=True))
    return {
        "text": answer.output_text,
        "tokens": answer.usage.total_tokens,
        "last": events[-1].type,
        "streamed": events[-1].response.output_text,
    }


def vectors():
    answer = client.embeddings.create(model="script/vectors", input=["a", "bcd"])
    return [one.embedding for one in answer.data]


def models():
    return [one.id for one in client.models.list()][:2]


def broken():
    seen = []

    def read():
        for chunk in ask(model="script/cut-at:2", messages=hello, stream=True):
            seen.append(chunk.choices[0].delta.content or "")

    return {**failure(read), "text": "".join(seen)}


def errors():
    other = lambda key: openai.OpenAI(base_url=f"{base}/v1", api_key=key).chat.completions.create
    once = client.with_options(max_retries=0).chat.completions.create
    return {
        "wrong key": failure(lambda: other("vx11_wrong")(model="auto", messages=hello)),
        "viewer": failure(lambda: other(viewer)(model="auto", messages=hello)),
        "no model": failure(lambda: ask(model="gpt-nothing", messages=hello)),
        "bad": failure(lambda: ask(model="script/400", messages=hello)),
        "limited": failure(lambda: once(model="script/429-seconds:7", messages=hello)),
        "down": failure(lambda: ask(model="script/500", messages=hello)),
    }


def later():
    """A limit that is over soon: the client waits as long as it is said, and asks again."""
    return ask(model="script/429-once", messages=hello).choices[0].message.content


run(
    whole=whole,
    stream=stream,
    tools=lambda: tools("script/tools"),
    no_index=lambda: tools("script/no-index"),
    schema=schema,
    responses=responses,
    vectors=vectors,
    models=models,
    broken=broken,
    errors=errors,
    later=later,
)
