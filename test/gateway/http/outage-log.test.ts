import { expect, onTestFinished, test } from 'vitest';
import { adminToken, seedStack, startGateway } from '../fixture.ts';

test('a change that is answered 503 is logged with the causes of the error', async () => {
  const gateway = await startGateway(); // nothing listens where its Temporal should be
  onTestFinished(() => gateway.close());
  await seedStack(gateway.store);
  const answer = await gateway.inject({
    method: 'POST',
    url: '/vx11/window/open',
    headers: { 'x-vx11-token': adminToken },
    payload: { target: 'web', ttl_seconds: 60 },
  });
  expect(answer.json()).toMatchObject({ status: 503, error: 'temporal_unavailable' });
  const lines = gateway.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  const logged = lines.find(({ msg }) => msg === 'answered 5xx');
  expect(logged).toMatchObject({
    error: 'temporal_unavailable',
    correlation_id: answer.headers['x-correlation-id'],
  });
  // gRPC names the address only in the first call to a server, and other gateways of this process may have called it
  expect(logged?.['cause']).toMatch(/: 14 UNAVAILABLE: No connection established/);
});
