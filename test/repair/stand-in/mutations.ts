/** One way in which a line is often wrong, and what is written instead; null where a line has nothing of the kind. */
type Mutation = (line: string) => string[];

const swap =
  (...pairs: (readonly [RegExp, string])[]): Mutation =>
  (line) =>
    pairs.filter(([what]) => what.test(line)).map(([what, by]) => line.replace(what, by));

const comparison = swap(
  [/(?<![<>=!-])<(?![=<])/, '<='],
  [/<=/, '<'],
  [/(?<![=>-])>(?![=>])/, '>='],
  [/>=/, '>'],
);
const offByOne = swap(
  [/\brange\((\w+)\)/, 'range($1 + 1)'],
  [/ - 1\b/, ''],
  [/ \+ 1\b/, ''],
  [/\[(\w+)\.length\]/, '[$1.length - 1]'],
);
const rounding = swap(
  [/(\w[\w.()]*) \/\/ (\w[\w.()]*)/, '-(-$1 // $2)'],
  [/Math\.floor\(/, 'Math.ceil('],
  [/Math\.ceil\(/, 'Math.floor('],
  [/\bint\(([^()]+ \/ [^()]+)\)/, 'round($1)'],
);
const awaiting = swap([
  /(=\s*|return\s+)(?!await\b)(?=[\w.]*(?:fetch|json|text|read\w*|query|find\w*|load|save|get\w*)\()/,
  '$1await ',
]);
const quoting = swap([/(?<!["'\w$])\$(\w+|\{\w+\}|@)(?!["'\w])/g, '"$$$1"']);
const encoding = swap(
  [/\bopen\((\w+)\)/, "open($1, encoding='utf-8')"],
  [/\bopen\((\w+), (['"][rwa]['"])\)/, "open($1, $2, encoding='utf-8')"],
  [/\bencoding=(['"])(?:ascii|latin-1)\1/, 'encoding=$1utf-8$1'],
  [/\.decode\(\)/, ".decode('utf-8')"],
  [/readFileSync\((\w+)\)/, "readFileSync($1, 'utf8')"],
);
const parameters: Mutation = (line) => {
  const found = /execute\(f(['"])(?<head>[^'"{]*?)'?\{(?<value>\w+)\}'?(?<tail>[^'"{]*)\1\)/.exec(
    line,
  );
  if (found === null) return [];
  const { head, value, tail } = found.groups as { head: string; value: string; tail: string };
  return [
    line.replace(found[0], () => `execute("${head.replace(/['"]$/, '')}?${tail}", (${value},))`),
  ];
};
const defaults: Mutation = (line) => {
  const found = /^(?<indent>\s*)def \w+\([^)]*?(?<name>\w+)=(?<value>\[\]|\{\})[^)]*\):\s*$/.exec(
    line,
  );
  if (found === null) return [];
  const { indent, name, value } = found.groups as { indent: string; name: string; value: string };
  return [
    `${line.replace(`${name}=${value}`, `${name}=None`)}\n${indent}    ${name} = ${value} if ${name} is None else ${name}`,
  ];
};

const strictness = swap([/\s*\|\|\s*(?:true|:)\s*$/, ''], [/^#!\/bin\/sh$/, '#!/bin/sh\nset -e']);

const mutations: readonly Mutation[] = [
  comparison,
  offByOne,
  rounding,
  awaiting,
  quoting,
  encoding,
  parameters,
  defaults,
  strictness,
];

/** What classical repair would write instead of a line. */
export const mutated = (line: string): string[] =>
  mutations.flatMap((mutate) => mutate(line)).filter((other) => other !== line);
