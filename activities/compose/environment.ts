import { readFile } from 'node:fs/promises';

/** What Docker, Compose and its builder are set by, and how they find the user's home, proxies, terminal and agents. */
const ofDocker = new RegExp(
  `^(${[
    'COMPOSE_.*',
    'DOCKER_.*',
    'BUILDKIT_.*',
    'BUILDX_.*',
    'EXPERIMENTAL_BUILDKIT_.*',
    'OTEL_.*',
    'SOURCE_DATE_EPOCH',
    '(HTTP|HTTPS|FTP|ALL|NO)_PROXY',
    'SSL_CERT_(FILE|DIR)',
    'SSH_AUTH_SOCK',
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'SHELL',
    'TMPDIR',
    'TERM',
    'COLORTERM',
    'NO_COLOR',
    'CLICOLOR.*',
    'LANG',
    'LANGUAGE',
    'LC_.*',
    'TZ',
    'XDG_.*',
  ].join('|')})$`,
  // proxies are written in small letters too
  'i',
);

/** What programs read that keep the credentials of registries for Docker (docker-credential-*), as a build asks them. */
const ofCredentials =
  /^(AWS_.*|ECR_.*|AZURE_.*|GOOGLE_APPLICATION_CREDENTIALS|CLOUDSDK_.*|GNUPGHOME|GPG_TTY|PASSWORD_STORE_.*|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY)$/;

/**
 * The environment in which Compose reads a stack: what Docker itself goes by, and each variable that a file of the stack
 * names. Nothing else of this process: a secret that no file asks for is none of Compose's business.
 * @param files that may name variables; one that cannot be read names nothing
 */
export async function environmentFor(
  env: NodeJS.ProcessEnv,
  files: readonly string[],
): Promise<NodeJS.ProcessEnv> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const named = new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
  const isPassed = (name: string): boolean =>
    named.has(name) || ofDocker.test(name) || ofCredentials.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => isPassed(name)));
}
