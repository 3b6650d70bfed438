import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { buildWeb } from '../../scripts/web/build.ts';
import type { Preferences } from '../../web/base/preferences.ts';
import { newToken } from '../../gateway/tokens/token-text.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { openStore, type Store } from '../../store/index.ts';
import type { NewToken } from '../../store/system/tokens.ts';
import { endWithUs } from '../stack/reaper.ts';
import { freePort } from '../stack/temporal.ts';

/** Chromium on this machine; undefined if there is none. */
export const chromiumPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find((file) => existsSync(file));

/** A gateway and a browser in a network of their own, over a store that the test shares. */
export interface Web {
  /** The page's address, with a slash at its end. */
  url: string;
  store: Store;
  /** The folder of the gateway's state. */
  home: string;
  browser: Browser;
  /** The text of a new token. */
  token(
    scope: TokenScope,
    name?: string,
    more?: Partial<NewToken>,
  ): Promise<{ id: string; text: string }>;
  /** A page that is signed in. */
  page(
    scope: TokenScope,
    options?: BrowserContextOptions & {
      path?: string;
      name?: string;
      token?: Partial<NewToken>;
      preferences?: Partial<Preferences>;
    },
  ): Promise<Page>;
  /** Starts another service in the network of the browser. @returns its port */
  elsewhere(): Promise<number>;
  /** Ends every connection to the gateway. */
  cut(): void;
  /** Stops the gateway's process, which keeps its connections, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends the gateway and starts one of another version on the same store. */
  restart(version: string): Promise<void>;
  close(): Promise<void>;
}

/** How a test starts Chromium. */
export const flags = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'];

export async function startWeb(): Promise<Web> {
  if (chromiumPath === undefined) throw new Error('needs Chromium');
  await buildWeb(join(import.meta.dirname, '../..'));
  const folder = await mkdtemp(join(tmpdir(), 'vx11-web-'));
  const storeUrl = `sqlite:${join(folder, 'store.db')}`;
  const store = await openStore(storeUrl);
  const port = await freePort();
  const network = await ownNetwork(folder);
  const startGateway = async (version: string): Promise<ChildProcess> =>
    (await startProgram(network, 'gateway-process.ts', [storeUrl, String(port), version])).child;
  let gateway = await startGateway('1.0.0');
  const services: ChildProcess[] = [];
  const browser = await chromium.launch({
    executablePath: network?.chromium ?? chromiumPath,
    headless: true,
    args: flags,
  });
  const base = `http://localhost:${port}`;
  const url = `${base}/operator/ui/`;
  let nth = 0;
  const web: Web = {
    url,
    store,
    home: folder,
    browser,
    async token(scope, name = `${scope} ${(nth += 1)}`, more = {}) {
      const { id, text, secretHash } = newToken();
      const unused = {
        created_at: Date.now(),
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      };
      await store.tokens.create(
        { id, name, scope, secret_hash: secretHash, ...unused, ...more },
        [],
      );
      return { id, text };
    },
    async page(scope, { path = '', name, token, preferences, ...options } = {}) {
      const { text } = await web.token(scope, name, token);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-GB',
        ...options,
      });
      const page = await context.newPage();
      if (preferences !== undefined)
        await context.addInitScript(
          (value) => localStorage.setItem('vx11.preferences', value),
          JSON.stringify(preferences),
        );
      await page.goto(url + path);
      await signIn(page, text);
      return page;
    },
    async elsewhere() {
      const { child, ready } = await startProgram(network, 'elsewhere.ts', [base]);
      services.push(child);
      return Number(ready);
    },
    cut: () => void gateway.send('cut'),
    freeze: () => void gateway.kill('SIGSTOP'),
    thaw: () => void gateway.kill('SIGCONT'),
    async restart(version) {
      gateway.kill('SIGKILL');
      gateway = await startGateway(version);
    },
    async close() {
      await browser.close();
      for (const child of [gateway, ...services]) child.kill('SIGKILL');
      network?.keeper.kill('SIGKILL');
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return web;
}

/** Signs in with a token, by the form. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: /Sign in|Entrar/ }).click();
  await page.locator('main#main h1').waitFor();
}

interface Network {
  /** Lives as long as the network. */
  keeper: ChildProcess;
  /** Runs Chromium inside. */
  chromium: string;
  pid: number;
}

/**
 * A network with a loopback only: on the machine's, Chromium fails requests whenever Docker starts a container. Null where
 * none may be made.
 */
async function ownNetwork(folder: string): Promise<Network | null> {
  const keeper = spawn(
    'unshare',
    ['-n', 'sh', '-c', 'ip link set lo up && echo up && exec sleep infinity'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  endWithUs(keeper);
  const isUp = await new Promise<boolean>((resolve) => {
    keeper.stdout.once('data', () => resolve(true));
    keeper.once('exit', () => resolve(false));
    keeper.once('error', () => resolve(false));
  });
  if (!isUp) return null;
  const file = join(folder, 'chromium');
  await writeFile(file, `#!/bin/sh\nexec nsenter -t ${keeper.pid} -n ${chromiumPath} "$@"\n`);
  await chmod(file, 0o755);
  return { keeper, chromium: file, pid: keeper.pid! };
}

/** Starts a program of this folder. @returns once it has sent its first message, with that message */
async function startProgram(
  network: Network | null,
  name: string,
  args: string[],
): Promise<{ child: ChildProcess; ready: unknown }> {
  const command = [process.execPath, join(import.meta.dirname, name), ...args];
  const [file, ...rest] =
    network === null ? command : ['nsenter', '-t', String(network.pid), '-n', ...command];
  const child = spawn(file!, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, VITEST: '' },
  });
  endWithUs(child);
  const ready = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { child, ready };
}
