import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { PatchView } from '../../../contracts/patch.ts';

const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** What an operation beside the files takes away and puts there, under the name of what it changes; null for one of a file. */
function linesOf(one: PatchOperation): [of: string, before: string[], after: string[]] | null {
  switch (one.op) {
    case 'update_limits': {
      const text = (limits: typeof one.limits): string[] =>
        Object.entries(limits).map(([key, value]) => `${key}: ${value}`);
      return [one.service, text(one.expect), text(one.limits)];
    }
    case 'restart_policy':
      return [one.service, [`restart: ${one.expect}`], [`restart: ${one.policy}`]];
    case 'connect_network':
      return [one.service, [], [`network ${one.network}: ${one.aliases.join(', ')}`]];
    case 'disconnect_network':
      return [one.service, [`network ${one.network}: ${one.aliases.join(', ')}`], []];
    case 'retag':
      return [one.reference, [`image: ${short(one.expect)}`], [`image: ${short(one.image)}`]];
    case 'restart':
    case 'recreate':
      return [
        one.service,
        one.containers.map((id) => `container ${short(id)}`),
        one.op === 'restart'
          ? one.containers.map((id) => `container ${short(id)}, restarted`)
          : ['a new container'],
      ];
    case 'remove_container':
      return [one.name, [`container ${short(one.container)}`], []];
    case 'remove_network':
      return [one.network, [`network ${one.network}`], []];
    case 'file_mode':
      return [one.file, [`mode: ${one.expect}`], [`mode: ${one.mode}`]];
    default:
      return null;
  }
}

/** The diff of a patch with what it does beside the files, which no file shows. */
export function diffOf({ diff, change }: Pick<PatchView, 'diff' | 'change'>): string {
  const found = (change?.operations ?? []).flatMap((one) => {
    const lines = linesOf(one);
    return lines === null ? [] : [lines];
  });
  const parts = [...Map.groupBy(found, ([of]) => of)].map(([of, all]) => {
    const before = all.flatMap(([, lines]) => lines);
    const after = all.flatMap(([, , lines]) => lines);
    const range = (lines: readonly string[]): string =>
      `${lines.length === 0 ? 0 : 1},${lines.length}`;
    return [
      `--- ${of}`,
      `+++ ${of}`,
      `@@ -${range(before)} +${range(after)} @@`,
      ...before.map((line) => `-${line}`),
      ...after.map((line) => `+${line}`),
      '',
    ].join('\n');
  });
  const text = diff === '' || diff.endsWith('\n') ? diff : `${diff}\n`;
  return text + parts.join('');
}
