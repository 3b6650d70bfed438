import { relative } from 'node:path';
import type { Address } from './temporal/relay.ts';
import type { UpSettings } from './settings.ts';
import type { Stack } from './stack.ts';
import type { AdminToken } from './token-file.ts';

/** What the greeting shows. */
interface Ready {
  stack: Stack | undefined;
  token: AdminToken;
  /** A link that signs a browser in to the web UI; null if there is none. */
  uiLink: string | null;
  readyAfterMs: number;
}

/** Returns the lines printed when the stack is ready: addresses, files and a first command to try. */
export function greeting(
  settings: UpSettings,
  { stack, token: { file }, uiLink, readyAfterMs }: Ready,
): string[] {
  const { url: gateway, cert } = settings.gatewayAt;
  const uiPort = settings.temporalServer?.uiPort;
  const ui = uiPort && `http://${settings.temporal.host}:${uiPort} (anyone on this machine)`;
  const place = file && (relative(process.cwd(), file) || file);
  const rows: [string, string | false | 0 | null | undefined][] = [
    ['Gateway', `${gateway} (API: ${gateway}/docs)`],
    ['Web UI', uiLink],
    ['', uiLink && 'signs one browser in, within 60 s; a new link: npx vx11 ui'],
    ['Wake', settings.wake && wakeText(settings.wake)],
    ['Temporal', ui],
    ['Stack', settings.composeFile],
    ['Token', place ? `VX11_TOKEN in ${place}` : 'the one in VX11_TOKEN'],
  ];
  return [
    `VX11 is ready after ${(readyAfterMs / 1000).toFixed(1)} s. Ctrl-C closes its windows and stops it.`,
    ...rows.flatMap(([name, value]) => (value ? [`  ${name.padEnd(10)}${value}`] : [])),
    ...firstCommand({ gateway, cert, stack, tokens: place }),
  ];
}

const wakeText = ({ host, port }: Address): string =>
  `http://${host}:${port} (for reverse proxies, without a token)`;

function firstCommand({
  gateway,
  cert,
  stack,
  tokens,
}: {
  gateway: string;
  cert: string | undefined;
  stack: Stack | undefined;
  tokens: string | undefined;
}) {
  const target = stack?.windowServices[0];
  if (!target) return ['  The stack has no service that a window can open.'];
  // the shell would search its PATH for a file without a slash
  const source = tokens ? `. ${tokens.includes('/') ? tokens : `./${tokens}`}; ` : '';
  // by address, curl cannot check a certificate that is for a name
  if (cert !== undefined)
    return [
      `  Open ${target} for a minute:`,
      `    npx vx11 open ${target} --ttl 60s --reason "a first look"`,
    ];
  return [
    `  Open ${target} for a minute:`,
    `    ${source}curl -s ${gateway}/vx11/window/open -H "X-VX11-Token: $VX11_TOKEN" \\`,
    `      -H 'content-type: application/json' -d '{"target":"${target}","ttl_seconds":60}'`,
  ];
}
