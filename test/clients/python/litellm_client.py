"""The scenarios of PyPI `litellm`, each printed as one line of JSON: python litellm_client.py BASE TOKEN VIEWER"""

import sys

import litellm
from pydantic import BaseModel
from scenarios import failure, run

base, token, viewer = sys.argv[1:]
litellm.suppress_debug_info = True
hello = [{"role": "user", "content": "Say hello to everybody."}]


class Count(BaseModel):
    n: int


def ask(model, key=token, **more):
    return litellm.completion(
        model=f"openai/{model}", api_base=f"{base}/v1", api_key=key, messages=hello, **more
    )


def whole():
    answer = ask("script/ok")
    message = answer.choices[0]
    return {
        "text": message.message.content,
        "finish": message.finish_reason,
        "tokens": answer.usage.total_tokens,
    }


def stream():
    chunks = list(ask("script/ok", stream=True, stream_options={"include_usage": True}))
    built = litellm.stream_chunk_builder(chunks)
    return {"text": built.choices[0].message.content, "tokens": built.usage.total_tokens}


def tools(model):
    built = litellm.stream_chunk_builder(list(ask(model, stream=True)))
    calls = built.choices[0].message.tool_calls
    return [[call.id, call.function.name, call.function.arguments] for call in calls]


def schema():
    answer = ask("script/json", response_format=Count)
    return Count.model_validate_json(answer.choices[0].message.content).model_dump()


def messages():
    """The form of Anthropic, in which it asks itself."""
    chunks = list(
        litellm.completion(
            model="anthropic/script/ok",
            api_base=base,
            api_key=token,
            messages=hello,
            max_tokens=50,
            stream=True,
        )
    )
    built = litellm.stream_chunk_builder(chunks)
    return {"text": built.choices[0].message.content, "finish": built.choices[0].finish_reason}


def broken():
    seen = []

    def read():
        for chunk in ask("script/cut-at:2", stream=True):
            seen.append(chunk.choices[0].delta.content or "")

    return {**failure(read), "text": "".join(seen)}


def errors():
    return {
        "wrong key": failure(lambda: ask("auto", "vx11_wrong")),
        "viewer": failure(lambda: ask("auto", viewer)),
        "no model": failure(lambda: ask("gpt-nothing")),
        "bad": failure(lambda: ask("script/400")),
        "limited": failure(lambda: ask("script/429-seconds:7", max_retries=0)),
        "down": failure(lambda: ask("script/500")),
    }


run(
    whole=whole,
    stream=stream,
    tools=lambda: tools("script/tools"),
    no_index=lambda: tools("script/no-index"),
    schema=schema,
    messages=messages,
    broken=broken,
    errors=errors,
    later=lambda: ask("script/429-once").choices[0].message.content,
)
