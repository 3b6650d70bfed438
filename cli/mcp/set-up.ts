import { join, resolve } from 'node:path';
import { createTokenAnswer, tokenListAnswer } from '../../contracts/token.ts';
import type { Session } from '../session.ts';
import { answer } from '../terminal.ts';
import { isInImage, launchOf } from './launch.ts';
import { snippets } from './snippets.ts';

export interface SetUpOptions {
  person: string;
  /** Seconds; the longest by default. */
  expires?: number;
  confirmInClient?: boolean;
}

/** Makes a token for an agent, in place of the one that this host and person had, and prints what the host needs. */
export async function setUp(
  session: Session,
  host: string,
  { person, expires, confirmInClient }: SetUpOptions,
): Promise<void> {
  const { gateway, terminal } = session;
  const name = `${host} ${person}`.slice(0, 64);
  const { tokens } = await gateway.call('GET', '/vx11/tokens', tokenListAnswer);
  const before = tokens.find(
    (one) =>
      one.name === name &&
      one.scope === 'agent' &&
      one.revoked_at === null &&
      (one.expires_at === null || Date.parse(one.expires_at) > Date.now()),
  );
  const body = {
    name,
    scope: 'agent',
    agent: { host, person },
    ...(expires !== undefined && { expires_in_seconds: expires }),
    ...(confirmInClient === true && { confirms: 'in_client' }),
    ...(before !== undefined && { rotates: before.token_id }),
  };
  const made = await gateway.call('POST', '/vx11/tokens', createTokenAnswer, { body });
  const folder = join(import.meta.dirname, '../..');
  const launch = launchOf(folder, isInImage(folder), {
    VX11_URL: gateway.target.url,
    VX11_TOKEN: made.token,
    ...(gateway.target.caFile !== undefined && { VX11_CA_FILE: resolve(gateway.target.caFile) }),
  });
  const { where, text } = snippets[host]!;
  answer(terminal, { ...made, launch }, () => text(launch));
  if (terminal.json) return;
  terminal.err(where);
  terminal.err(
    `${made.token_id} (${name}) is valid until ${made.expires_at}, and shown only here.`,
  );
  if (before !== undefined) terminal.err(`It replaces ${before.token_id}, which has ended.`);
  terminal.err(`The agent can look, and ask; what it asks for waits for a person: vx11 plan list`);
  terminal.err(
    `Let agents in: vx11 open mcp --ttl 30m    Revoke: vx11 token revoke ${made.token_id}`,
  );
}
