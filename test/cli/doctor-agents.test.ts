import { expect, onTestFinished, test } from 'vitest';
import { agentsCheck } from '../../cli/doctor/agents.ts';
import { examine } from '../../cli/doctor/finding.ts';
import type { TokenView } from '../../contracts/token.ts';
import { connectGateway } from '../../client/gateway-client.ts';
import { aService } from '../domain/samples.ts';
import { adminToken, catalog, startGateway } from '../gateway/fixture.ts';
import { startMcpFixture } from '../gateway/mcp/mcp-fixture.ts';

test('vx11 doctor says whether agents are let in, and until when', async () => {
  const fixture = await startMcpFixture();
  onTestFinished(() => fixture.close());
  const check = agentsCheck(connectGateway({ url: fixture.url, token: adminToken }));
  const detail = async () => {
    const [finding] = await examine([check]);
    expect(finding).toMatchObject({ name: 'agents', state: 'ok' });
    return finding!.detail;
  };
  expect(await detail()).toContain('mcp sleeps; vx11 open mcp');
  const id = await fixture.open();
  const { expires_at } = (await fixture.store.windows.find(id))!;
  await expect.poll(detail).toBe(`are let in until ${expires_at}`);
});

test('vx11 doctor lists the live tokens of agents, with their last use', async () => {
  const fixture = await startMcpFixture();
  onTestFinished(() => fixture.close());
  const check = agentsCheck(connectGateway({ url: fixture.url, token: adminToken }));
  const tokensSaid = async () => {
    const found = await examine([check]);
    return found.find(({ name }) => name === 'agent tokens')?.detail;
  };
  expect(await tokensSaid()).toBeUndefined();
  const body = { name: 'ada-code', scope: 'agent', agent: { host: 'code', person: 'ada' } };
  const headers = { 'x-vx11-token': adminToken, 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const made = await fetch(`${fixture.url}/vx11/tokens`, request);
  const { expires_at } = (await made.json()) as TokenView;
  expect(await tokensSaid()).toBe(`ada-code (code, for ada): never used, ends ${expires_at}`);
});

test('vx11 doctor names a compose file without the service mcp, and is silent without a gateway', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.close());
  await gateway.store.services.saveCatalog(catalog([aService('web')]), []);
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const here = await examine([agentsCheck(connectGateway({ url, token: adminToken }))]);
  expect(here).toMatchObject([{ detail: expect.stringContaining('no service mcp') }]);
  const away = connectGateway({ url: 'http://127.0.0.1:1', token: undefined });
  expect(await examine([agentsCheck(away)])).toEqual([]);
});
