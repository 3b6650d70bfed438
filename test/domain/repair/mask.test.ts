import { describe, expect, test } from 'vitest';
import { createMasker, isSecretFile, secretsInEnvironment } from '../../../domain/repair/mask.ts';
import { isSecretName, looksSecret } from '../../../domain/repair/secret-names.ts';

const masker = createMasker(['hush-5-a1b2c3', 'postgres', 'abc'], new Set(['postgres']));

test('a log shows no known secret, no login of a URL and no token', () => {
  const log = [
    'cannot log in with hush-5-a1b2c3',
    'connecting to amqp://app:letmein@mq:5672/x',
    'Authorization: Bearer abcdef0123456789',
    'password=swordfish failed',
    `key ghp_${'a1B2'.repeat(8)} is used`,
    'postgres is ready, abc',
  ].join('\n');
  expect(masker.text(log)).toBe(
    [
      'cannot log in with ***',
      'connecting to amqp://***@mq:5672/x',
      'Authorization: Bearer ***',
      'password=*** failed',
      'key *** is used',
      'postgres is ready, abc',
    ].join('\n'),
  );
});

test('a file keeps its length, and its names', () => {
  const text = [
    'services:',
    '  db:',
    '    image: postgres:16',
    '    environment:',
    '      POSTGRES_PASSWORD: postgres',
    '      POSTGRES_USER: "postgres"',
    '      URL: postgres://app:letmein@db/x',
    '      TOKEN: ${TOKEN}',
    '      TOKEN_TTL: 3600',
    "      API_KEY: 'k-1' # the key",
    '    command: [run, --with, hush-5-a1b2c3]',
  ].join('\n');
  const shown = masker.file('compose.yaml', text);
  expect(shown).toHaveLength(text.length);
  expect(shown).toContain('image: postgres:16');
  expect(shown).toContain('POSTGRES_PASSWORD: ••••••••\n');
  expect(shown).toContain('POSTGRES_USER: "postgres"');
  expect(shown).toContain('postgres://•••••••••••@db/x');
  expect(shown).toContain('TOKEN: ${TOKEN}');
  expect(shown).toContain('TOKEN_TTL: 3600');
  expect(shown).toContain("API_KEY: '•••' # the key");
  expect(shown).toContain('--with, •••••••••••••]');
});

test('code keeps what it calls, and loses what it quotes', () => {
  const text = 'token = get_token()\npassword = os.environ["PASSWORD"]\nsecret = "swordfish"\n';
  expect(masker.file('app.py', text)).toBe(
    'token = get_token()\npassword = os.environ["PASSWORD"]\nsecret = "•••••••••"\n',
  );
});

test('an env file is masked by name', () => {
  expect(masker.file('.env', 'DB_PASSWORD=x1\nPORT=8080\nexport SECRET_KEY="a b"\n')).toBe(
    'DB_PASSWORD=••\nPORT=8080\nexport SECRET_KEY="•••"\n',
  );
});

test('the value of a variable is masked by its name or its form', () => {
  expect(masker.value('DB_PASSWORD', 'x')).toBe('***');
  expect(masker.value('OTHER', 'q8Zk3vPxT0aW9sLmE7rB2')).toBe('***');
  expect(masker.value('DB_HOST', 'db')).toBe('db');
  expect(masker.value('DB_PASSWORD', '${X}')).toBe('${X}');
});

test('secrets of an environment', () => {
  const environment = [
    ['DB_PASSWORD', 'swordfish'],
    ['DATABASE_URL', 'postgres://app:letmein@db/x'],
    ['DB_PASSWORD_FILE', '/run/secrets/db'],
    ['PORT', '8080'],
  ] as const;
  expect(secretsInEnvironment(environment)).toEqual(['swordfish', 'letmein']);
});

describe('names and values', () => {
  test.each(['DB_PASSWORD', 'apiKey', 'SECRET_KEY', 'AWS_ACCESS_KEY', 'PGPASS', 'x.token'])(
    '%s is secret',
    (name) => expect(isSecretName(name === 'PGPASS' ? 'PG_PASS' : name)).toBe(true),
  );
  test.each(['KEYCLOAK_HOST', 'TOKEN_TTL', 'MONKEY', 'PATH', 'PASSWORD_FILE', 'COMPASS'])(
    '%s is not',
    (name) => expect(isSecretName(name)).toBe(false),
  );
  test.each(['/usr/local/sbin:/usr/bin', 'a-name-of-several-words', 'http://web:8080/health'])(
    '%s is no random value',
    (value) => expect(looksSecret(value)).toBe(false),
  );
  test.each(['id_rsa', 'certs/tls.key', 'secrets/db.txt', '.netrc'])('%s is never read', (path) =>
    expect(isSecretFile(path)).toBe(true),
  );
  test.each(['compose.yaml', '.env', 'app/keys.py', 'secret-santa.md'])('%s is read', (path) =>
    expect(isSecretFile(path)).toBe(false),
  );
});

test('a secret in a file keeps a single $, for which Compose takes what follows as a variable', () => {
  const text = 'PASSWORD: s3$cr$$et\nTOKEN: "a$b"\n';
  const shown = masker.file('compose.yaml', text);
  expect(shown).toBe('PASSWORD: ••$••••••\nTOKEN: "•$•"\n');
  expect(shown).toHaveLength(text.length);
});
