import { createHash } from 'node:crypto';
import { serviceStatuses } from '../../domain/windows/service-status.ts';
import { pageHeaders } from '../http/origin-check.ts';
import { escaped } from '../openapi/plain-page.ts';
import type { WakeRequest } from './request.ts';
import type { Session, SessionEntry } from './sessions.ts';
import type { UsualWait } from './usual-wait.ts';
import { refusalMs } from './waker.ts';

const style =
  ':root{color-scheme:light dark}' +
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1.25rem}' +
  'h1{font-size:1.4rem;font-weight:600}ul{padding:0;list-style:none}' +
  'li{padding:.6rem 0;border-top:1px solid #8886}li ul{margin-left:1.25rem}' +
  'li li{border:0;padding:.1rem 0}small{opacity:.75}' +
  '.bad{color:#a4161a}@media(prefers-color-scheme:dark){.bad{color:#ff9a8f}}';
const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of the page; nothing in it is loaded, run or sent. */
export const waitingHeaders = {
  ...pageHeaders,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
};

/** The page has 10 KB at most; a name may be long too. */
const listBytes = 7000;

const titles = {
  ready: (name: string) => `${name} is ready`,
  starting: (name: string) => `${name} is starting`,
  asleep: (name: string) => `${name} is asleep`,
  refused: (name: string) => `${name} cannot start now`,
};

/** After how many seconds the client should ask again. */
export const againSeconds = (session: Session, { refreshMs }: WakeRequest): number =>
  !session.ready && session.settled ? refusalMs / 1000 : Math.ceil(refreshMs / 1000);

/** The page that a person sees while services start: what starts, how far it is, since when, and how long it usually takes. At most 10 KB. */
export function waitingPage(
  session: Session,
  request: WakeRequest,
  now: number,
  usualWait: UsualWait,
): string {
  const title = escaped(titles[stateOf(session)](request.name));
  const again = againSeconds(session, request);
  const list = request.showDetails
    ? listOf(session.entries.map((entry) => item(session, entry, now, usualWait)))
    : '';
  const hint = `<p><small>This page loads again by itself every ${again} s.</small></p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="${again}">
<title>${title}</title>
<style>${style}</style>
<h1 role="status">${title}</h1>
${list}
${hint}
</html>
`;
}

/** As many items as the page has room for. */
function listOf(items: readonly string[]): string {
  let text = '';
  for (const [at, one] of items.entries()) {
    if (Buffer.byteLength(text) + Buffer.byteLength(one) > listBytes)
      return `<ul>${text}<li>and ${items.length - at} more</li></ul>`;
    text += one;
  }
  return `<ul>${text}</ul>`;
}

function stateOf({ entries }: Session): keyof typeof titles {
  const found = new Set(entries.map(({ instance }) => instance.state));
  return (['refused', 'asleep', 'starting'] as const).find((state) => found.has(state)) ?? 'ready';
}

function item(
  session: Session,
  { target, window, instance }: SessionEntry,
  now: number,
  usualWait: UsualWait,
): string {
  const { state, code, detail, since } = instance;
  const name = escaped(cut(target.service.name));
  if (state === 'ready') return `<li><b>${name}</b>: ready</li>`;
  if (state === 'asleep')
    return `<li><b>${name}</b>: asleep (off_by_policy); monitors and crawlers do not wake it</li>`;
  const text = escaped(cut(detail ?? state));
  if (state === 'refused')
    return `<li><b>${name}</b>: <span class="bad">${escaped(code ?? 'refused')}</span><br>${text}</li>`;
  const usual = usualWait(target);
  const times = [
    ...(since === null ? [] : [`for ${Math.max(0, Math.round((now - since) / 1000))} s`]),
    ...(usual === null ? [] : [`usually ${Math.max(1, Math.ceil(usual / 1000))} s`]),
  ];
  const time = times.length === 0 ? '' : ` <small>${times.join(', ')}</small>`;
  const needs = (window?.members ?? []).filter((member) => member !== target.service.name);
  return `<li><b>${name}</b>: ${text}${time}${dependencies(session, target.host, needs, now)}</li>`;
}

/** The services that it depends on, each with its health. */
function dependencies(
  { snapshot }: Session,
  host: string,
  names: readonly string[],
  now: number,
): string {
  if (names.length === 0) return '';
  const statuses = serviceStatuses(snapshot, now).filter(
    (status) => status.host === host && names.includes(status.name),
  );
  const lines = statuses.slice(0, 10).map(({ name, health, reason }) => {
    const text = reason === null ? health : `${health}, ${reason}`;
    return `<li>${escaped(cut(name))}: ${escaped(cut(text))}</li>`;
  });
  return `<ul>${lines.join('')}</ul>`;
}

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
