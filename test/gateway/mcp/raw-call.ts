/** Sends `tools/call` of revision 2026-07-28 as it is, without a client that could repair it. @returns the JSON-RPC answer */
export async function callModern(
  url: string,
  token: string,
  params: object,
  capabilities: object = {},
  // tests read many shapes
  // oxlint-disable-next-line typescript/no-explicit-any
): Promise<any> {
  const { name } = params as { name: string };
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'x-vx11-token': token,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    }),
  });
  return answer.json();
}
