import { expect, test } from 'vitest';
import { joinMetrics } from '../../../gateway/http/metrics.ts';
import { adminToken, seedStack, startGateway, view } from '../fixture.ts';

test('GET /metrics counts requests, open windows and refusals', async () => {
  const gateway = await startGateway();
  try {
    await seedStack(gateway.store);
    await gateway.store.windows.request(view(), []);
    const headers = { 'x-vx11-token': adminToken };
    for (let nth = 0; nth < 3; nth += 1) await gateway.inject({ url: '/vx11/status', headers });
    const { body, headers: sent } = await gateway.inject({ url: '/metrics', headers });
    expect(sent['content-type']).toContain('text/plain');
    expect(body).toContain(
      'vx11_gateway_request_duration_seconds_count{method="GET",route="/vx11/status",status="200"} 3',
    );
    expect(body).toContain('vx11_gateway_live_windows{state="open"} 1');
    expect(body).toContain('vx11_gateway_breaker_state{dependency="temporal"} 0');
    expect(body).toContain('vx11_gateway_process_cpu_seconds_total');
    const types = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
  } finally {
    await gateway.close();
  }
});

test('GET /metrics says which windows are overdue, and since when a process is silent', async () => {
  const gateway = await startGateway();
  try {
    const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
    const { store } = gateway;
    await seedStack(store);
    const ids = { late: 'window-aaaaaaaaaaaaaaaa', just: 'window-bbbbbbbbbbbbbbbb' };
    await store.windows.request(view({ window_id: ids.late, expires_at: ago(31_000) }), []);
    await store.windows.request(view({ window_id: ids.just, expires_at: ago(5000) }), []);
    await store.presence.beat({
      process: 'power',
      host: 'far',
      at: Date.now() - 60_000,
      detail: {},
    });
    const headers = { 'x-vx11-token': adminToken };
    const { body } = await gateway.inject({ url: '/metrics', headers });
    expect(body).toContain('vx11_gateway_overdue_windows 1');
    const [, seconds] =
      /power_seen_seconds\{process="power",host="far"\} ([\d.]+)/.exec(body) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(60);
  } finally {
    await gateway.close();
  }
});

test('metrics of several processes together have each family and each series once', () => {
  const ours = '# HELP a x\n# TYPE a gauge\na 1\n';
  const theirs = '# HELP a y\n# TYPE a gauge\na 2\n# HELP b z\n# TYPE b gauge\nb{host="one"} 3\n';
  const other = '# HELP b z\n# TYPE b gauge\nb{host="other"} 4\n';
  expect(joinMetrics([ours, theirs, other])).toBe(
    '# HELP a x\n# TYPE a gauge\na 1\n# HELP b z\n# TYPE b gauge\nb{host="one"} 3\nb{host="other"} 4\n',
  );
  expect(joinMetrics([ours, ''])).toBe(ours);
});
