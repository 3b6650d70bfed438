import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CliProgramName } from '../../../../contracts/provider.ts';
import { faultKind, lastLine } from '../../../../domain/routing/cli/fault.ts';
import { cliPrograms } from '../../../../domain/routing/cli/programs.ts';

/** What the real program printed (recorded/README.md); nothing if it printed nothing there. */
function printed(name: string, stream: 'out' | 'err'): string {
  try {
    return readFileSync(new URL(`recorded/${name}.${stream}`, import.meta.url), 'utf8');
  } catch {
    return '';
  }
}
const read = (program: CliProgramName, run: string) => {
  const both = {
    stdout: printed(`${program}-${run}`, 'out'),
    stderr: printed(`${program}-${run}`, 'err'),
  };
  const answer = cliPrograms[program].read(both);
  return { ...answer, fault: answer.fault ?? (run === 'ok' ? null : lastLine(both.stderr)) };
};

test.each(['codex', 'claude', 'gemini', 'opencode', 'qwen'] as const)(
  '%s: its answer, and the tokens that it counted',
  (program) => {
    const calls = program === 'qwen' ? 2 : 1; // it asks once more, for its memory
    expect(read(program, 'ok')).toEqual({
      text: 'Hello.',
      usage: { tokens_in: 9 * calls, tokens_out: 3 * calls, cached: 0 },
      fault: null,
    });
  },
);

test.each([
  ['codex', '400', null, 'failed', "'messages' must alternate"],
  ['codex', '401', 401, 'unauthorized', 'unexpected status 401 Unauthorized'],
  ['codex', '429', 429, 'rate_limited', 'last status: 429 Too Many Requests'],
  ['claude', '400', 400, 'failed', "'messages' must alternate"],
  ['claude', '401', 401, 'unauthorized', 'Failed to authenticate'],
  ['claude', '429', 429, 'rate_limited', 'Request rejected (429)'],
  ['gemini', '400', 400, 'failed', 'The request is malformed.'],
  ['gemini', '401', 401, 'unauthorized', 'API key not valid.'],
  ['gemini', '429', 429, 'quota', 'You have exhausted your daily quota on this model.'],
  ['gemini', 'untrusted', null, 'failed', 'not running in a trusted directory'],
  ['opencode', '400', 400, 'failed', "'messages' must alternate"],
  ['opencode', '401', 401, 'unauthorized', 'Send a token that is valid'],
  ['qwen', '400', 400, 'failed', "'messages' must alternate"],
  ['qwen', '401', 401, 'unauthorized', '401'],
] as const)('%s: a %s is read with its cause', (program, run, status, kind, words) => {
  const { text, fault } = read(program, run);
  expect(text).toBeNull();
  expect([fault?.status, faultKind(fault!)]).toEqual([status, kind]);
  expect(fault!.message).toContain(words);
});
