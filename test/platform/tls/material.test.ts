import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMaterial, WrongCertificate, type TlsFiles } from '../../../platform/tls/material.ts';
import { createAuthority, past, type Authority, type Certificate } from '../../tls/authority.ts';

let authority: Authority;
let good: Certificate;
beforeAll(() => {
  authority = createAuthority();
  good = authority.issue('good', { names: 'DNS:box.example' });
});
afterAll(() => authority.remove());

const cert = (path: string) => ({ variable: 'VX11_TLS_CERT_FILE', path });
const key = (path: string) => ({ variable: 'VX11_TLS_KEY_FILE', path });
const ca = (path: string) => ({ variable: 'VX11_CA_FILE', path });
const written = (name: string, text: string): string => {
  const path = join(authority.folder, name);
  writeFileSync(path, text);
  return path;
};
function refusal(files: TlsFiles, now = Date.now()): string {
  try {
    readMaterial(files, now);
  } catch (error) {
    expect(error).toBeInstanceOf(WrongCertificate);
    return (error as Error).message;
  }
  return 'nothing was refused';
}

test('a certificate, its key and an authority are read, with its names and its end', () => {
  const files = { cert: cert(good.cert), key: key(good.key), ca: ca(authority.ca) };
  const material = readMaterial(files, Date.now());
  expect(material.names).toBe('DNS:box.example');
  expect(material.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(material.cert).toContain('BEGIN CERTIFICATE');
  // the authority ends first
  expect(material.expiresAt).toBeLessThan(Date.now() + 3651 * 86_400_000);
});

describe('each wrong file is named with its variable, the reason and what to do', () => {
  test('a certificate that is missing', () => {
    const path = join(authority.folder, 'none.pem');
    expect(refusal({ cert: cert(path), key: key(good.key) })).toBe(
      `VX11_TLS_CERT_FILE: ${path} does not exist: give the path of a PEM file.`,
    );
  });
  test('a folder', () => {
    expect(refusal({ ca: ca(authority.folder) })).toContain('VX11_CA_FILE: ');
    expect(refusal({ ca: ca(authority.folder) })).toContain('is a folder');
  });
  test('a key without its certificate', () => {
    const message = 'VX11_TLS_KEY_FILE is set alone: a certificate and its key belong together.';
    expect(refusal({ key: key(good.key) })).toBe(message);
  });
  test('a file that is no certificate', () => {
    expect(refusal({ cert: cert(good.key), key: key(good.key) })).toContain('holds no certificate');
  });
  test('a damaged certificate', () => {
    const path = written(
      'damaged.pem',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
    expect(refusal({ cert: cert(path), key: key(good.key) })).toContain('that is damaged');
  });
  test('a file that is no key', () => {
    expect(refusal({ cert: cert(good.cert), key: key(good.cert) })).toContain(
      'VX11_TLS_KEY_FILE: ',
    );
  });
  test('a key with a passphrase', () => {
    const path = join(authority.folder, 'locked.key');
    const args = ['pkcs8', '-topk8', '-in', good.key, '-out', path, '-passout', 'pass:secret'];
    execFileSync('openssl', args);
    expect(refusal({ cert: cert(good.cert), key: key(path) })).toContain('without a passphrase');
  });
  test('the key of another certificate', () => {
    const other = authority.issue('other');
    expect(refusal({ cert: cert(good.cert), key: key(other.key) })).toBe(
      `VX11_TLS_KEY_FILE: ${other.key} does not belong to the certificate in ${good.cert} ` +
        '(VX11_TLS_CERT_FILE): give the two files that were made together.',
    );
  });
  test('a certificate that has expired', () => {
    const old = authority.issue('old', { dates: past });
    expect(refusal({ cert: cert(old.cert), key: key(old.key) })).toBe(
      `VX11_TLS_CERT_FILE: ${old.cert} expired on 2024-01-02T00:00:00.000Z: renew it and write it to this file.`,
    );
  });
  test('a certificate whose time has not come', () => {
    const now = Date.parse('2024-06-01T00:00:00Z');
    expect(refusal({ cert: cert(good.cert), key: key(good.key) }, now)).toContain(
      'is not valid before 2025-01-01T00:00:00.000Z: check the clock',
    );
  });
  test.skipIf(process.getuid?.() === 0)('a key that this user may not read', () => {
    const path = written('closed.key', '');
    chmodSync(path, 0o000);
    expect(refusal({ cert: cert(good.cert), key: key(path) })).toContain('let its user read it');
  });
});
