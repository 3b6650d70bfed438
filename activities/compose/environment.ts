import { readFile } from 'node:fs/promises';

/**
 * Variables that configure Docker, Compose and its builder, or locate the home folder, proxies, terminal and agents.
 */
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
  // proxy variables exist in lower case too
  'i',
);

/** Variables of credential helpers (docker-credential-*), which a build calls. */
const ofCredentials =
  /^(AWS_.*|ECR_.*|AZURE_.*|GOOGLE_APPLICATION_CREDENTIALS|CLOUDSDK_.*|GNUPGHOME|GPG_TTY|PASSWORD_STORE_.*|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY)$/;

/**
 * Returns the environment for Compose: the variables of Docker itself, and each variable that a file of the stack
 * names. Nothing else of this process is passed on, so that Compose gets no secret that no file asks for.
 * @param files files that may name variables; unreadable files are skipped
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
