"""The scenarios of PyPI `langchain-openai`, each printed as one line of JSON: python langchain_client.py BASE TOKEN VIEWER"""

import sys

from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel
from scenarios import failure, run

base, token, viewer = sys.argv[1:]
hello = "Say hello to everybody."


class Count(BaseModel):
    n: int


def first(at: str) -> str:
    """The first tool."""


def second(at: str) -> str:
    """The second tool."""


def chat(model, key=token, **more):
    """It asks for the usage of streams by itself only from OpenAI's own address."""
    return ChatOpenAI(
        model=f"script/{model}", base_url=f"{base}/v1", api_key=key, stream_usage=True, **more
    )


def whole(**form):
    answer = chat("ok", **form).invoke(hello)
    return {"text": answer.text, "tokens": answer.usage_metadata["total_tokens"]}


def stream(**form):
    chunks = list(chat("ok", **form).stream(hello))
    return {
        "text": "".join(chunk.text for chunk in chunks),
        "tokens": sum(c.usage_metadata["total_tokens"] for c in chunks if c.usage_metadata),
    }


def tools(model):
    answer = None
    for chunk in chat(model).bind_tools([first, second]).stream(hello):
        answer = chunk if answer is None else answer + chunk
    return [[call["id"], call["name"], call["args"]] for call in answer.tool_calls]


def schema():
    return chat("json").with_structured_output(Count).invoke(hello).model_dump()


def vectors():
    model = OpenAIEmbeddings(
        model="script/vectors",
        base_url=f"{base}/v1",
        api_key=token,
        check_embedding_ctx_length=False,
    )
    return model.embed_documents(["a", "bcd"])


def broken():
    seen = []

    def read():
        for chunk in chat("cut-at:2").stream(hello):
            seen.append(chunk.text)

    return {**failure(read), "text": "".join(seen)}


def errors():
    return {
        "wrong key": failure(lambda: chat("ok", key="vx11_wrong").invoke(hello)),
        "viewer": failure(lambda: chat("ok", key=viewer).invoke(hello)),
        "no model": failure(lambda: chat("nothing").invoke(hello)),
        "bad": failure(lambda: chat("400").invoke(hello)),
        "limited": failure(lambda: chat("429-seconds:7", max_retries=0).invoke(hello)),
        "down": failure(lambda: chat("500").invoke(hello)),
    }


def later():
    """A limit that is over soon: the client waits as long as it is said, and asks again."""
    return chat("429-once").invoke(hello).text


run(
    whole=whole,
    stream=stream,
    responses=lambda: [whole(use_responses_api=True), stream(use_responses_api=True)],
    tools=lambda: tools("tools"),
    no_index=lambda: tools("no-index"),
    schema=schema,
    vectors=vectors,
    broken=broken,
    errors=errors,
    later=later,
)
