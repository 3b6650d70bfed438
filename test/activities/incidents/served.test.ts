import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCertificateFiles } from '../../../activities/incidents/readers/certificate-files.ts';
import { servedCertificate } from '../../../activities/incidents/outside.ts';

test('a certificate is read as it is served, and a port that does not answer has none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-certs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-nodes', '-keyout', key, '-out', cert, '-days', '10', '-subj', '/CN=localhost'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...made],
    { stdio: 'ignore' },
  );
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `localhost:${port}`;
  const { expires_at } = await servedCertificate(address);
  const days = (expires_at! - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(9.9);
  expect(days).toBeLessThan(10.1);
  const declared = [{ file: 'cert.pem' }, { file: 'cert.pem' }, {}];
  expect(await readCertificateFiles(folder, () => declared)()).toEqual([
    { file: 'cert.pem', expires_at },
  ]);
  server.close();
  expect(await servedCertificate(address)).toEqual({ address, expires_at: null });
});
