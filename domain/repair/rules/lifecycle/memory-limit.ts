import { parseBytes } from '../../../services/compose-units.ts';
import { locate } from '../../../patches/yaml-document.ts';
import { scalarText } from '../../../patches/yaml-value.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Finding, Rule } from '../../finding.ts';
import { composeFact, replaceWord, setIn, sourceFor } from '../../reading/changes.ts';
import { change, finding } from '../../reading/findings.ts';
import { filledIn } from '../../reading/ports.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

const mega = 1024 ** 2;

/** 7: the kernel ended a process at its limit of memory. The limit is doubled, or half as much again as the peak. */
export const memoryLimit: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) =>
    service.container?.out_of_memory === true ? raise(stack, service) : [],
  );
};

function raise(stack: Stack, service: CapturedService): Finding[] {
  const container = service.container!;
  const limit = container.memory_limit_bytes;
  const of = { class: 'memory_limit' as const, service: service.name };
  const killed = {
    text: `out of memory: limit ${limit ?? 'none'} bytes, peak ${container.memory_peak_bytes ?? 'not known'}`,
    source: { kind: 'engine' as const, service: service.name },
  };
  const paths = [
    ['services', service.name, 'mem_limit'],
    ['services', service.name, 'deploy', 'resources', 'limits', 'memory'],
  ];
  const path = paths.find((one) => composeFact(stack, one).length > 0);
  const cause = `${service.name} needs more memory than its limit of ${limit === null ? 'the host' : shown(limit)}`;
  const facts = [killed, ...(path === undefined ? [] : composeFact(stack, path))];
  const needed =
    Math.ceil(Math.max(2 * (limit ?? 0), 1.5 * (container.memory_peak_bytes ?? 0)) / mega) * mega;
  const most = budgetOf(stack);
  if (limit === null || path === undefined || needed > most) {
    const todo =
      limit !== null && path !== undefined
        ? `${service.name} would need ${shown(needed)}, which is more than the ${shown(most)} that may be used. Lower what it does, or raise the budget.`
        : `Give ${service.name} a limit of memory that it fits in, and the host the memory for it.`;
    return [finding({ ...of, confidence: 0.9 }, cause, facts, { kind: 'advice', todo })];
  }
  const source = sourceFor(stack, path)!;
  const raw = locate(source, path)!.value;
  const old = filledIn(stack, scalarText(raw));
  const value = typeof raw === 'number' ? needed : sized(needed, old);
  const operation = scalarText(raw).includes('$')
    ? replaceWord(stack, source, path, [old, String(value)])
    : setIn({ ...stack, sources: [source] }, path, value);
  const swap = ['services', service.name, 'memswap_limit'];
  const swapLimit = parseBytes(scalarText(locate(sourceFor(stack, swap) ?? source, swap)?.value));
  const swapToo =
    swapLimit !== null && swapLimit < needed ? [setIn(stack, swap, sized(needed, old))] : [];
  return [
    finding(
      { ...of, confidence: 0.95 },
      cause,
      facts,
      change([operation, ...swapToo], `a limit of memory for ${service.name}`),
    ),
  ];
}

/** The memory that the stack may use: its budget, else what the host has. */
function budgetOf({ capture, sources }: Stack): number {
  const budgets = sources.map((source) =>
    parseBytes(scalarText(locate(source, ['x-vx11', 'budget', 'memory'])?.value)),
  );
  return budgets.findLast((one) => one !== null) ?? capture.host.memory_bytes;
}

/** In the unit of the old value where that is exact. */
function sized(bytes: number, old: string): string {
  const unit = /[kmg]b?$/i.exec(old)?.[0] ?? '';
  const size = { k: 1024, m: mega, g: 1024 ** 3 }[unit[0]?.toLowerCase() ?? ''];
  if (size === undefined) return String(bytes);
  return bytes % size === 0
    ? `${bytes / size}${unit}`
    : `${bytes / mega}${unit[0] === unit[0]!.toUpperCase() ? 'M' : 'm'}${unit.slice(1)}`;
}

const shown = (bytes: number): string => `${Math.round(bytes / mega)} MB`;
