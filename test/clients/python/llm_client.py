"""The scenarios of PyPI `llm`, each printed as one line of JSON: python llm_client.py. Its models are in LLM_USER_PATH."""

import llm
from scenarios import failure, run


def model(name):
    return llm.get_model(name)


def look(at: str) -> str:
    """Looks at a place."""
    return f"nothing at {at}"


def whole():
    answer = model("vx11-ok").prompt("Say hello.", stream=False)
    return {"text": answer.text(), "tokens": [answer.usage().input, answer.usage().output]}


def stream():
    pieces = list(model("vx11-ok").prompt("Say hello."))
    return {"pieces": len(pieces), "text": "".join(pieces)}


def tools():
    answer = model("vx11-tools").prompt("Look.", tools=[look])
    answer.text()
    return [[call.tool_call_id, call.name, call.arguments] for call in answer.tool_calls()]


def schema():
    shape = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    return model("vx11-json").prompt("How many?", schema=shape, stream=False).text()


def broken():
    pieces = []

    def read():
        for piece in model("vx11-cut").prompt("Count."):
            pieces.append(piece)

    return {**failure(read), "text": "".join(pieces)}


run(
    whole=whole,
    stream=stream,
    tools=tools,
    schema=schema,
    broken=broken,
    bad=lambda: failure(lambda: model("vx11-400").prompt("x", stream=False).text()),
    down=lambda: failure(lambda: model("vx11-500").prompt("x", stream=False).text()),
)
