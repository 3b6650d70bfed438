import { blocksOf, lineOf, parseReaper, type ReadBlock } from './reaper-parser.ts';

/** The forms of lines that REAPER 7 projects in the wild have; `#` is a number, `{}` a GUID, `*` any word, `|` alternatives. */
const forms: Record<string, Record<string, string>> = {
  REAPER_PROJECT: {
    SAMPLERATE: '# 1 0',
    TEMPO: '# 4 4',
    MASTER_VOLUME: '# 0 -1 -1 1',
    PANLAW: '#',
    PANMODE: '#',
  },
  TRACK: {
    NAME: '*',
    VOLPAN: '# # -1 -1 1',
    MUTESOLO: '0|1 0 0',
    IPHASE: '0|1',
    NCHAN: '2',
    FX: '1',
    TRACKID: '{}',
    MAINSEND: '1 0',
  },
  ITEM: {
    POSITION: '#',
    LENGTH: '#',
    LOOP: '0',
    NAME: '*',
    VOLPAN: '1 0 1 -1',
    SOFFS: '0',
    PLAYRATE: '1 1 0 -1 0 0.0025',
    IGUID: '{}',
    GUID: '{}',
  },
  SOURCE: { FILE: '*' },
};
/** Lines that may come several times, and those around an effect. */
const repeated: Record<string, string> = { MARKER: '# # * 0|1' };
const shown: Record<string, string> = { SHOW: '0', LASTSEL: '0', DOCKED: '0' };
const around: Record<string, string> = {
  BYPASS: '0|1 0 0',
  FLOATPOS: '0 0 0 0',
  FXID: '{}',
  WAK: '0 0',
};
const inside: Record<string, string[]> = {
  REAPER_PROJECT: ['NOTES', 'MASTERFXLIST', 'TRACK'],
  TRACK: ['FXCHAIN', 'ITEM'],
  ITEM: ['SOURCE'],
  SOURCE: [],
  JS: [],
  NOTES: [],
  FXCHAIN: ['JS'],
  MASTERFXLIST: ['JS'],
};
const guid = /^\{[\dA-F]{8}-[\dA-F]{4}-5[\dA-F]{3}-[89AB][\dA-F]{3}-[\dA-F]{12}\}$/;
const number = /^-?\d+(\.\d+)?$/;
const effects =
  /^(utility\/volume|utility\/volume_pan|loser\/3BandEQ|loser\/MGA_JSLimiterST|VX11\/\w+\.jsfx)$/;

const isOf = (form: string, word: string): boolean =>
  form === '*'
    ? true
    : form === '#'
      ? number.test(word)
      : form === '{}'
        ? guid.test(word)
        : form.split('|').includes(word);

function matches(form: string, words: string[]): boolean {
  const parts = form.split(' ');
  return parts.length === words.length && parts.every((part, at) => isOf(part, words[at]!));
}

/** What in a project, or in a chain of effects, is not of the form that REAPER reads; empty where all is. */
export function problemsOf(text: string): string[] {
  const problems = layoutProblems(text);
  const top = parseReaper(text);
  const isProject = top.blocks.length === 1 && top.blocks[0]!.words[0] === 'REAPER_PROJECT';
  if (!isProject) return [...problems, ...chainProblems(top, {})];
  const project = top.blocks[0]!;
  if (project.words.slice(1).join(' ') !== '0.1 7.0/linux-x86_64 0')
    problems.push(`head ${project.words.join(' ')}`);
  if (top.lines.length > 0) problems.push('lines outside of the project');
  visit(project, problems);
  const ids = [...text.matchAll(/^ *(?:<TRACK|FXID|IGUID|GUID) (\S+)$/gm)].map(([, id]) => id);
  if (new Set(ids).size !== ids.length) problems.push('a GUID that is there twice');
  return problems;
}

function visit(block: ReadBlock, problems: string[]): void {
  const [tag, ...words] = block.words as [string, ...string[]];
  for (const one of block.blocks) {
    if (!(inside[tag] ?? []).includes(one.words[0]!)) problems.push(`${one.words[0]} in ${tag}`);
    visit(one, problems);
  }
  if (tag === 'FXCHAIN' || tag === 'MASTERFXLIST') problems.push(...chainProblems(block, shown));
  const lines = forms[tag];
  if (lines === undefined) return;
  for (const [name, ...rest] of block.lines) {
    const form = lines[name!] ?? (tag === 'REAPER_PROJECT' ? repeated[name!] : undefined);
    if (form === undefined || !matches(form, rest))
      problems.push(`${tag}: ${name} ${rest.join(' ')}`);
  }
  for (const name of Object.keys(lines))
    if (block.lines.filter(([one]) => one === name).length !== 1)
      problems.push(`${tag}: ${name} is not there once`);
  if (tag === 'TRACK') problems.push(...trackProblems(block, words));
  if (tag === 'SOURCE') {
    if (!/^(WAVE|FLAC|MP3|VORBIS)$/.test(words.join(' ')))
      problems.push(`SOURCE ${words.join(' ')}`);
    const file = lineOf(block, 'FILE')?.[1] ?? '';
    if (!/^media\/\d+(\.\w+)?$/.test(file)) problems.push(`FILE ${file}`);
  }
}

function trackProblems(track: ReadBlock, words: string[]): string[] {
  const [, gain, pan] = (lineOf(track, 'VOLPAN') ?? []).map(Number);
  return [
    ...(words.join() === lineOf(track, 'TRACKID')?.[1] && guid.test(words[0]!) ? [] : ['TRACKID']),
    ...(gain! >= 0 && Math.abs(pan!) <= 1 ? [] : [`VOLPAN ${gain} ${pan}`]),
    ...(blocksOf(track, 'ITEM').length === 1 ? [] : ['not one ITEM']),
  ];
}

/** Each effect has its lines around it, and is one that comes with REAPER or lies beside the project, with 64 values. */
function chainProblems(chain: ReadBlock, alone: Record<string, string>): string[] {
  const count = chain.blocks.length;
  const lines = { ...alone, ...around };
  return [
    ...chain.lines
      .filter(([name, ...rest]) => !matches(lines[name!] ?? '', rest))
      .map((line) => `effects: ${line.join(' ')}`),
    ...Object.keys(lines)
      .filter((name) => {
        const wanted = name in alone ? 1 : count;
        return chain.lines.filter(([one]) => one === name).length !== wanted;
      })
      .map((name) => `effects: not as many ${name} as effects`),
    ...chain.blocks.flatMap(({ words, lines: own }) => [
      ...(words[0] === 'JS' && words.length === 3 && effects.test(words[1]!)
        ? []
        : [`effect ${words.join(' ')}`]),
      ...(own.length === 1 &&
      own[0]!.length === 64 &&
      own[0]!.every((one) => one === '-' || number.test(one))
        ? []
        : [`values of ${words[1]}`]),
    ]),
  ];
}

/** Two spaces a level, LF, and an end of the last line. */
function layoutProblems(text: string): string[] {
  const problems: string[] = [];
  let depth = 0;
  if (!text.endsWith('\n') || /[\r\t\0]/.test(text)) problems.push('ends of lines');
  for (const line of text.split('\n').slice(0, -1)) {
    if (line.trim() === '>') depth -= 1;
    if (/^ */.exec(line)![0].length !== 2 * depth) problems.push(`indent of ${line}`);
    if (line.trim().startsWith('<')) depth += 1;
  }
  return problems;
}
