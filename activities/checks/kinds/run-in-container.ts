import type { Check } from '../../../domain/checks/suite.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { EngineError, isUnavailable } from '../../engine/engine-error.ts';
import type { CheckPlace } from '../place.ts';
import { judged, printable } from '../probe/judged.ts';
import type { Probed } from '../probe/messages.ts';

/** The most of a command's output that is kept. */
const mostBytes = 65_536;

/** One try of an exec check: its command, in the first container of its service that is up, as health checks run. */
export async function runInContainer(
  { engine, containersOf }: Pick<CheckPlace, 'engine' | 'containersOf'>,
  check: Check,
  context: Record<string, string>,
): Promise<Probed> {
  const began = performance.now();
  const end = (facts: object, seen: Parameters<typeof judged>[2]): Probed => {
    const ms = performance.now() - began;
    const all = { ...facts, RESPONSE_TIME: Math.round(ms), CONTEXT: context };
    return { ...judged(check, all, seen), ms };
  };
  const fault = (cause: string, detail: string, late = false) => ({ cause, detail, late });
  const containers = await containersOf(check.service!);
  const container = containers.find(({ state }) => isUp(state));
  if (container === undefined) {
    const detail = `${check.service} has no container that runs`;
    return end({}, { fault: fault('not_running', detail), evidence: null });
  }
  const command = check.command!.map(({ text }) => text);
  const bounds = { limitMs: check.timeout_ms, mostBytes };
  try {
    const { exit_code, output } = await engine.read(container.id, command, bounds);
    const text = output.replace(/\n+$/, '');
    const facts = { OUTPUT: text, ...(exit_code !== null && { EXIT_CODE: exit_code }) };
    const evidence = [`exit code ${exit_code ?? 'unknown'}`, '', printable(text)].join('\n');
    if (exit_code !== null) return end(facts, { fault: null, evidence });
    const detail = `the command did not end within ${check.timeout_ms} ms, and may still run in ${container.name}`;
    return end(facts, { fault: fault('timeout', detail, true), evidence });
  } catch (error) {
    if (!(error instanceof EngineError) || isUnavailable(error)) throw error;
    const cause = error.kind === 'refused' ? 'not_startable' : 'not_running';
    return end({}, { fault: fault(cause, error.message), evidence: null });
  }
}
