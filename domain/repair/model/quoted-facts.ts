import type { RepairModelAnswer } from '../../../contracts/repair-answer.ts';
import type { Capture } from '../capture.ts';
import type { Fact } from '../finding.ts';

type Quoted = RepairModelAnswer['findings'][number]['facts'][number];

/** A shorter quote stands in any text. */
const shortest = 6;

/** The fact that a quote proves; null if it does not stand where it is said to stand. */
export function factOf(quoted: Quoted, capture: Capture): Fact | null {
  const quote = quoted.quote.trim();
  if (quote.length < shortest) return null;
  const { name } = quoted;
  switch (quoted.in) {
    case 'file': {
      const path = name.replace(/^\.\//, '');
      const lines = capture.files.find((file) => file.path === path)?.text?.split(/\r?\n/) ?? [];
      const first = quote.split(/\r?\n/)[0]!.trim();
      const at = lines.findIndex((line) => line.includes(first));
      if (at === -1 || first === '') return null;
      return { text: lines[at]!.trim(), source: { kind: 'file', path, line: at + 1 } };
    }
    case 'log': {
      const service = capture.services.find((one) => one.name === name);
      const line = service?.logs.findLast((one) => one.includes(quote));
      return line === undefined
        ? null
        : { text: line, source: { kind: 'log', service: name, line } };
    }
    case 'check': {
      const check = capture.red.find((one) => one.name === name);
      const seen = [check?.detail, check?.evidence, check?.cause, check?.url];
      return seen.some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'check', check: name } }
        : null;
    }
    case 'engine': {
      const container = capture.services.find((one) => one.name === name)?.container;
      const seen = [container?.error, ...(container?.health_log ?? []).map(({ output }) => output)];
      return seen.some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'engine', service: name } }
        : null;
    }
    default: {
      const { error, warnings } = capture.compose;
      return [error, ...warnings].some((text) => text?.includes(quote))
        ? { text: quote, source: { kind: 'compose' } }
        : null;
    }
  }
}
