import { expect, test } from 'vitest';
import { readScan } from '../../../domain/drift/scans.ts';

const image = `sha256:${'a'.repeat(64)}`;
const trivy = {
  Metadata: { ImageID: image },
  Results: [
    {
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-1',
          PkgName: 'openssl',
          InstalledVersion: '3.0.1',
          FixedVersion: '3.0.2',
          Severity: 'CRITICAL',
        },
        {
          VulnerabilityID: 'CVE-2026-2',
          PkgName: 'zlib',
          InstalledVersion: '1.2',
          Severity: 'HIGH',
        },
      ],
    },
    {},
  ],
};

test('a report of Trivy says what another version mends, each once', () => {
  const found = { id: 'CVE-2026-1', package: 'openssl', has: '3.0.1', fixed: '3.0.2' };
  const vulnerable = [{ ...found, severity: 'critical' }];
  expect(readScan(trivy)).toEqual({ image, vulnerable });
  const twice = { ...trivy, Results: [...trivy.Results, ...trivy.Results] };
  expect(readScan(twice)).toEqual({ image, vulnerable });
});

test('so does one of Grype', () => {
  const match = {
    vulnerability: { id: 'CVE-2026-3', severity: 'Medium', fix: { versions: ['2.0'] } },
    artifact: { name: 'curl', version: '1.0' },
  };
  const report = { source: { target: { imageID: image } }, matches: [match] };
  const found = { id: 'CVE-2026-3', package: 'curl', has: '1.0', fixed: '2.0', severity: 'warn' };
  expect(readScan(report)).toEqual({ image, vulnerable: [found] });
});

test.each([null, [], 'text', {}, { Metadata: {} }])('%j is no report', (report) => {
  expect(readScan(report)).toBeNull();
});
