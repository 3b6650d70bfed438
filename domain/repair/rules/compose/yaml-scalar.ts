import { locate, type YamlPath, type YamlSource } from '../../../patches/yaml-document.ts';
import { isMapValue } from '../../../patches/yaml-value.ts';
import type { CapturedService } from '../../captured-service.ts';
import type { Fact, Finding, Rule } from '../../finding.ts';
import { lineFact } from '../../reading/changes.ts';
import { finding } from '../../reading/findings.ts';
import { allLines } from '../../reading/lines.ts';
import { readStack, type Stack } from '../../reading/stack.ts';
import { suspects } from '../../reading/suspects.ts';

/** Maps of a service whose values programs read as texts. */
const maps: readonly (readonly string[])[] = [['environment'], ['build', 'args'], ['labels']];

/** 19: YAML reads a value as a number or a truth, and the service gets another text than stands in the file. */
export const yamlScalar: Rule = (capture) => {
  const stack = readStack(capture);
  return suspects(stack).flatMap((service) =>
    maps.flatMap((keys) => changedValues(stack, service, keys)),
  );
};

function changedValues(stack: Stack, service: CapturedService, keys: readonly string[]): Finding[] {
  const at = ['services', service.name, ...keys];
  return stack.sources.flatMap((source) => {
    const map = locate(source, at)?.value;
    return isMapValue(map)
      ? Object.keys(map).flatMap((key) => changedValue(stack, service, source, [...at, key]))
      : [];
  });
}

function changedValue(
  stack: Stack,
  service: CapturedService,
  source: YamlSource,
  path: YamlPath,
): Finding[] {
  const found = locate(source, path);
  const node = found?.node as { type?: string; source?: string } | null | undefined;
  const written = node?.type === 'PLAIN' && found?.own === true ? node.source : undefined;
  if (written === undefined || written === '') return [];
  const key = String(path.at(-1));
  const got = printed(stack, service.name, path) ?? asCompose(written);
  if (got === null || got === written) return [];
  const shown = proof(stack, service, key, got);
  const [start, end] = found!.node!.range!;
  const operation = {
    kind: 'edit' as const,
    path: source.path,
    start,
    end,
    expected: written,
    text: `"${written}"`,
  };
  return [
    finding(
      { class: 'yaml_scalar', service: service.name, confidence: shown.length > 0 ? 0.9 : 0.4 },
      `YAML reads ${key}: ${written} of ${service.name} as ${got}`,
      [lineFact(source, found!.line), ...shown.slice(0, 2)],
      { kind: 'change', operations: [operation] },
    ),
  ];
}

/** The value as Compose printed it; null where it is masked, or not there. */
function printed({ capture }: Stack, service: string, path: YamlPath): string | null {
  const value = path
    .slice(2)
    .reduce<unknown>(
      (part, key) => (isMapValue(part) ? part[String(key)] : undefined),
      capture.compose.services?.[service],
    );
  const text = typeof value === 'string' ? value : null;
  return text === null || text.includes('•') || text === '***' ? null : text;
}

/** What Compose makes of a plain scalar; null for one that it leaves alone. */
function asCompose(text: string): string | null {
  if (/^(?:true|True|TRUE)$/.test(text)) return 'true';
  if (/^(?:false|False|FALSE)$/.test(text)) return 'false';
  if (/^0[0-7]+$/.test(text)) return String(Number.parseInt(text, 8));
  const digits = text.replaceAll('_', '');
  if (/^0x[\da-f]+$/i.test(digits)) return String(Number(digits));
  if (/^0o[0-7]+$/.test(digits)) return String(Number(digits));
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text} 00:00:00 +0000 UTC`;
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(digits)) {
    const value = Number(digits);
    return Number.isSafeInteger(value) || Math.abs(value) < 1e21 ? String(value) : null;
  }
  return null;
}

/** What shows that the changed value hurts: a line, or a red check, that has it or the name of the variable. */
function proof(stack: Stack, service: CapturedService, key: string, got: string): Fact[] {
  const has = (text: string): boolean =>
    new RegExp(`(?<![\\w.])${RegExp.escape(got)}(?![\\w.])`).test(text) || text.includes(key);
  const lines = allLines(service).filter(({ text }) => has(text));
  const checks = stack.capture.red.flatMap(({ name, detail, evidence }) =>
    [detail, evidence]
      .filter((text) => text !== null && has(text))
      .map((text) => ({ text: text!, source: { kind: 'check' as const, check: name } })),
  );
  return [...lines.map(({ fact }) => fact), ...checks];
}
