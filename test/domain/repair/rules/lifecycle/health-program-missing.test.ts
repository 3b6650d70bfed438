import { describe, expect, test } from 'vitest';
import { healthProgramMissing } from '../../../../../domain/repair/rules/lifecycle/health-program-missing.ts';
import { aCapture, fixed, found } from '../../a-capture.ts';

const withTest = (test_: string, nl = '\n'): string =>
  [
    'services:',
    '  web:',
    '    image: web:1',
    '    healthcheck:',
    `      test: ${test_}`,
    '      retries: 3',
    '',
  ].join(nl);
const failing = (compose: string, output: string, programs: string[], exit_code = 1) =>
  aCapture({
    compose,
    services: {
      web: { programs, container: { health: 'unhealthy', health_log: [{ exit_code, output }] } },
    },
  });
const url = 'http://localhost:8080/health';
const python = (of: string): string =>
  `import urllib.request; urllib.request.urlopen('${of}', timeout=5)`;
const node = (of: string): string =>
  `fetch('${of}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

describe('the same URL is asked with a program of the image', () => {
  test.each([
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      -1,
    ],
    ['/bin/sh: curl: not found', 127],
    ['/bin/sh: 1: curl: not found', 1],
    ['sh: curl: command not found', 127],
    ['bash: line 1: curl: command not found', 127],
  ])('%s', (output, code) => {
    const shell = withTest(`curl -f ${url} || exit 1 # k`);
    expect(fixed(healthProgramMissing, failing(shell, output, ['sh', 'wget'], code))).toEqual({
      'compose.yaml': shell.replace(`curl -f ${url}`, `wget -q -O /dev/null ${url}`),
    });
  });

  test('CMD with wget, python3, node', () => {
    const text = withTest(`["CMD", "curl", "-f", "${url}"]`);
    const out = 'exec: "curl": executable file not found in $PATH';
    const after = (call: string): object => ({
      'compose.yaml': text.replace(/\["CMD".*\]/, () => call),
    });
    expect(fixed(healthProgramMissing, failing(text, out, ['wget'], -1))).toEqual(
      after(`["CMD", "wget", "-q", "-O", "/dev/null", "${url}"]`),
    );
    expect(fixed(healthProgramMissing, failing(text, out, ['python3'], -1))).toEqual(
      after(`["CMD", "python3", "-c", "${python(url)}"]`),
    );
    expect(fixed(healthProgramMissing, failing(text, out, ['node'], -1))).toEqual(
      after(`["CMD", "node", "-e", "${node(url)}"]`),
    );
  });

  test('a block list with CMD-SHELL and CRLF', () => {
    const text = withTest(
      `\r\n        - CMD-SHELL\r\n        - "wget -qO- ${url} || exit 1"`,
      '\r\n',
    );
    expect(
      fixed(healthProgramMissing, failing(text, '/bin/sh: wget: not found', ['curl'], 127)),
    ).toEqual({
      'compose.yaml': text.replace(`wget -qO- ${url}`, `curl -fsS -o /dev/null ${url}`),
    });
  });

  test('without a shell', () => {
    const text = withTest(`wget -q ${url} || exit 1`);
    expect(
      fixed(
        healthProgramMissing,
        failing(
          text,
          'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
          ['node'],
          -1,
        ),
      ),
    ).toEqual({
      'compose.yaml': text.replace(
        `wget -q ${url} || exit 1`,
        () => `[CMD, node, -e, '${node(url).replaceAll("'", "''")}']`,
      ),
    });
  });

  test.each([
    [
      `HEALTHCHECK --interval=5s CMD curl -f ${url} || exit 1`,
      `wget -q -O /dev/null ${url} || exit 1`,
    ],
    [
      `HEALTHCHECK --interval=5s \\\n  CMD ["curl", "-f", "${url}"]`,
      `[CMD, wget, -q, -O, /dev/null, ${url}]`,
    ],
  ])('that of the image, in the compose file: %s', (line, after) => {
    const text = 'services:\n  web:\n    build: ./web\n';
    const capture = aCapture({
      compose: text,
      files: { 'web/Dockerfile': `FROM alpine\n${line}\n` },
      services: {
        web: {
          programs: ['wget'],
          container: {
            health: 'unhealthy',
            health_log: [{ exit_code: 1, output: '/bin/sh: curl: not found' }],
          },
        },
      },
    });
    expect(fixed(healthProgramMissing, capture)).toEqual({
      'compose.yaml': `${text}    healthcheck:\n      test: ${after}\n`,
    });
  });

  test('a second candidate asks the address, since some programs cannot resolve localhost', () => {
    const text = withTest(`curl -f ${url}`);
    const findings = found(
      healthProgramMissing,
      failing(text, '/bin/sh: curl: not found', ['wget'], 127),
    );
    expect(findings.map(({ fix }) => JSON.stringify(fix).includes('127.0.0.1'))).toEqual([
      false,
      true,
    ]);
  });

  test('a test that is merged from an anchor is overridden in the service', () => {
    const text = `x-h: &h\n  healthcheck: { test: "curl -f ${url}", retries: 3 }\nservices:\n  web:\n    <<: *h\n    image: web:1\n`;
    const after = fixed(
      healthProgramMissing,
      failing(text, '/bin/sh: curl: not found', ['wget'], 127),
    );
    expect(after).toEqual({
      'compose.yaml': `${text}    healthcheck:\n      test: wget -q -O /dev/null ${url}\n      retries: 3\n`,
    });
  });
});

describe('where no program can ask the same, a person writes the check', () => {
  test.each([
    ['no URL', withTest('pg_isready -U app'), '/bin/sh: pg_isready: not found', ['wget']],
    ['a header', withTest(`'curl -f -H "Host: a" ${url}'`), '/bin/sh: curl: not found', ['wget']],
    ['no client', withTest(`curl -f ${url}`), '/bin/sh: curl: not found', ['sh']],
  ])('%s', (_, compose, output, programs) =>
    expect(fixed(healthProgramMissing, failing(compose, output, programs, 127))).toBe('advice'),
  );
});

describe('silent', () => {
  const text = withTest(`curl -f ${url}`);
  test.each([
    [
      'where the program is there',
      failing(text, '/bin/sh: curl: not found', ['curl', 'wget'], 127),
    ],
    [
      'where the URL is not found',
      failing(text, 'curl: (22) The requested URL returned error: 404 Not Found', ['wget'], 22),
    ],
    [
      'where the host is not found',
      failing(text, 'curl: (6) Could not resolve host: web', ['wget'], 6),
    ],
    ['where another program is not found', failing(text, '/entry.sh: jq: not found', ['wget'], 1)],
    ['where the last check was green', failing(text, '/bin/sh: curl: not found', ['wget'], 0)],
  ])('%s', (_, capture) => expect(fixed(healthProgramMissing, capture)).toBe('silent'));
});

test('a rewritten check can fail', () => {
  const all = ['wget', 'python3', 'node'].map((client) =>
    JSON.stringify(
      fixed(
        healthProgramMissing,
        failing(withTest(`curl -f ${url} || exit 1`), '/bin/sh: curl: not found', [client], 127),
      ),
    ),
  );
  expect(all.filter((one) => /\|\| (?:true|exit 0|:)|disable/.test(one))).toEqual([]);
});
