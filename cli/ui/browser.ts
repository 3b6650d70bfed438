import { spawn } from 'node:child_process';

/**
 * Opens an address in the person's browser, if this machine has one to open.
 * @returns whether a browser was started
 */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const isMac = process.platform === 'darwin';
  // without a display, xdg-open would start a text browser in this terminal
  if (!isMac && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return Promise.resolve(false);
  const child = spawn(isMac ? 'open' : 'xdg-open', [url], { env, detached: true, stdio: 'ignore' });
  child.unref();
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true)).once('error', () => resolve(false));
  });
}
