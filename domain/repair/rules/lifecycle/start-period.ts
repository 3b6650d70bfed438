import { parseDuration } from '../../../services/compose-units.ts';
import { isMapValue, scalarText } from '../../../patches/yaml-value.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { composeFact, setIn } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { definitionOf, readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** 15: a service is called unhealthy before it had the time that it needs to start. */
export const startPeriod: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) => slowStart(stack, service));
};

function slowStart(stack: Stack, service: CapturedService): Finding[] {
  const { container } = service;
  const measured = container?.ready_after_ms ?? null;
  const check = definitionOf(stack, service.name).healthcheck;
  if (
    container === null ||
    measured === null ||
    container.state === 'exited' ||
    container.out_of_memory
  )
    return [];
  if (!isMapValue(check) || check.disable === true) return [];
  const time = (key: string, usual: number): number =>
    parseDuration(scalarText(check[key])) ?? usual;
  const retries = Number(check.retries ?? 3);
  const start = time('start_period', 0);
  const grace = start + retries * time('interval', 30_000);
  const failed = container.health_log.some(({ exit_code }) => exit_code !== 0);
  const isCalled =
    container.health === 'unhealthy' ||
    stack.capture.red.some(
      ({ service: of, detail, evidence }) =>
        of === service.name && /unhealthy/i.test(`${detail} ${evidence}`),
    );
  if (!failed || !isCalled || measured <= grace) return [];
  const seconds = Math.ceil((1.5 * measured) / 1000);
  const path = ['services', service.name, 'healthcheck', 'start_period'];
  const failure = container.health_log.find(({ exit_code }) => exit_code !== 0)!;
  const facts = [
    {
      text: `ready ${Math.round(measured)} ms after its start; unhealthy after ${grace} ms`,
      source: { kind: 'engine' as const, service: service.name },
    },
    { text: failure.output, source: { kind: 'engine' as const, service: service.name } },
    ...composeFact(stack, path),
  ];
  return [
    finding(
      { class: 'start_period', service: service.name, confidence: 0.9 },
      `${service.name} needs ${Math.round(measured / 1000)} s to start, and is unhealthy after ${Math.round(grace / 1000)} s`,
      facts,
      change([setIn(stack, path, `${seconds}s`)], `the start period of ${service.name}`),
    ),
  ];
}
