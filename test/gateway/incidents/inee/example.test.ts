import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { adminToken } from '../../fixture.ts';
import { key, startInee } from './fixture.ts';

test('the shell examples of docs/inee.md make a lane and sign an envelope with openssl', async () => {
  const gateway = await startInee();
  onTestFinished(() => gateway.close());
  await gateway.ask('POST', '/hormiguero/inee/colonies/register', { colony_id: 'garden' });
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = gateway.app.server.address() as AddressInfo;
  const text = await readFile(join(import.meta.dirname, '../../../../docs/inee.md'), 'utf8');
  const examples = [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, script]) => script!);
  expect(examples).toHaveLength(2);
  const env = {
    ...process.env,
    VX11_URL: `http://127.0.0.1:${port}`,
    VX11_TOKEN: adminToken,
    COLONY: 'garden',
    KEY_ID: 'k1',
    KEY: key,
  };
  const answers: unknown[] = [];
  for (const script of examples) {
    const { stdout } = await promisify(execFile)('sh', ['-euc', script], { env });
    answers.push(JSON.parse(stdout));
  }
  expect(answers).toMatchObject([
    { lane_id: 'colonies' },
    { colony: { colony_id: 'garden' }, intent: { status: 'accepted', recorded_as: 'propose' } },
  ]);
});
