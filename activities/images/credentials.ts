import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** The content of the X-Registry-Auth header. Never logged, never stored. */
export interface RegistryAuth {
  username?: string;
  password?: string;
  identitytoken?: string;
  registrytoken?: string;
  serveraddress: string;
}

const authEntry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});
const dockerConfig = z.looseObject({
  auths: z.record(z.string(), authEntry).nullish(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});
type DockerConfig = z.output<typeof dockerConfig>;

/** Docker's config file or a credential helper cannot be used. The message never contains a secret. */
export class CredentialError extends Error {
  override name = 'CredentialError';
}

const helperMs = 10_000;
const maxHelperBytes = 1024 ** 2;

/** Docker stores Docker Hub under the address of its old index. */
const keyOf = (registry: string): string =>
  registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;

/**
 * Returns the credentials for a registry from Docker's config, as `docker compose` does: from the registry's
 * credential helper, the credential store, or the file itself.
 * @param folder the folder of `config.json`
 * @param registry `host` or `host:port`; `docker.io` for Docker Hub
 * @returns null if there are none, for anonymous access
 * @throws CredentialError if the config cannot be read or the helper fails
 */
export async function credentialsFor(
  folder: string,
  registry: string,
): Promise<RegistryAuth | null> {
  const config = await readConfig(join(folder, 'config.json'));
  if (config === null) return null;
  const key = keyOf(registry);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper !== undefined && helper !== '') return askHelper(helper, key);
  const entry = config.auths?.[key] ?? legacyEntry(config, key);
  return entry === undefined ? null : authOf(entry, key);
}

async function readConfig(file: string): Promise<DockerConfig | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CredentialError(`${file} cannot be read`, { cause: error });
  }
  try {
    return dockerConfig.parse(text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    // the parser's message may contain parts of the file
    throw new CredentialError(`${file} is not a config of Docker`);
  }
}

/** Older versions of Docker used whole URLs as keys. */
function legacyEntry(config: DockerConfig, key: string): z.output<typeof authEntry> | undefined {
  const found = Object.entries(config.auths ?? {}).find(
    ([address]) => address.replace(/^[a-z]+:\/\//, '').split('/')[0] === key,
  );
  return found?.[1];
}

function authOf(entry: z.output<typeof authEntry>, serveraddress: string): RegistryAuth | null {
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const [username, password] =
    colon > 0
      ? [decoded.slice(0, colon), decoded.slice(colon + 1).replace(/^\0+|\0+$/g, '')]
      : [entry.username, entry.password];
  const { identitytoken, registrytoken } = entry;
  if (!username && !identitytoken && !registrytoken) return null;
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(identitytoken !== undefined && { identitytoken }),
    ...(registrytoken !== undefined && { registrytoken }),
    serveraddress,
  };
}

const helperAnswer = z.looseObject({ Username: z.string(), Secret: z.string() });

/** Calls `docker-credential-NAME get`, by the protocol of docker-credential-helpers. */
async function askHelper(name: string, key: string): Promise<RegistryAuth | null> {
  const command = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw new CredentialError(`${command} is not a credential helper`);
  const output = await runHelper(command, key);
  if (output === null) return null;
  const answer = helperAnswer.safeParse(parseJson(output));
  if (!answer.success) throw new CredentialError(`${command} gave no credentials for ${key}`);
  const { Username, Secret } = answer.data;
  // with this user name, the secret is an identity token
  return Username === '<token>'
    ? { identitytoken: Secret, serveraddress: key }
    : { username: Username, password: Secret, serveraddress: key };
}

/** @returns the helper's output; null if it has no credentials for the registry */
async function runHelper(command: string, key: string): Promise<string | null> {
  const child = spawn(command, ['get'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: helperMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (output.length < maxHelperBytes) output += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined); // the helper may exit without reading its input
  child.stdin.end(key);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code === 0) return output;
    if (/credentials not found/i.test(output)) return null;
    const why = signal === null ? `ended with ${code}` : `took longer than ${helperMs / 1000} s`;
    throw new CredentialError(`the credential helper ${command} ${why}`);
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    throw new CredentialError(`the credential helper ${command} cannot be run`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
