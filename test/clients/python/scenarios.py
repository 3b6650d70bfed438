"""What the programs of this folder share."""

import json


def failure(act):
    """The class, the status and the code of what `act` raises."""
    try:
        act()
    except Exception as error:
        code = getattr(error, "code", None)
        return {
            "class": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": code if isinstance(code, str) else None,
        }
    return {"class": None}


def run(**scenarios):
    """Prints the result of each, or what it raised."""
    for name, act in scenarios.items():
        try:
            value = act()
        except Exception as error:
            value = f"{type(error).__name__}: {error}"
        print(json.dumps([name, value]), flush=True)
