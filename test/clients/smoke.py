"""Run by test/clients/clients.real.test.ts beside the package `vx11` that it generates."""

import sys

from vx11 import AuthenticatedClient
from vx11.api.plans import list_plans
from vx11.api.status import get_status
from vx11.api.windows import close_window, get_window_status, open_window
from vx11.models import CloseWindowBody, HealthState, OpenWindowBody, Problem, ErrorCode
from vx11.models import ServiceReceiptOutcome

base_url, token = sys.argv[1:]
client = AuthenticatedClient(
    base_url=base_url, token=token, prefix="", auth_header_name="X-VX11-Token", timeout=60
)

opened = open_window.sync(
    client=client,
    body=OpenWindowBody(target="web", ttl_seconds=60, reason="a generated client"),
)
assert not isinstance(opened, Problem) and opened.is_open, opened

status = get_window_status.sync("web", client=client)
assert status.window_id == opened.window_id, status
everything = get_status.sync(client=client)
assert [s.health for s in everything.services if s.name == "web"] == [HealthState.OK], everything

closed = close_window.sync(client=client, body=CloseWindowBody(window_id=opened.window_id))
assert closed.receipt.services[0].outcome == ServiceReceiptOutcome.STOPPED, closed

refused = open_window.sync_detailed(
    client=client, body=OpenWindowBody(target="nothing-of-the-file", ttl_seconds=60)
)
assert refused.status_code == 422, refused
assert isinstance(refused.parsed, Problem), refused
assert refused.parsed.error == ErrorCode.SERVICE_NOT_ALLOWED, refused

assert list_plans.sync(client=client, limit="1").plans == []
print("the generated client made all calls")
