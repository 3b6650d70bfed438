import { runInNewContext } from 'node:vm';

const mathNames = 'sin|cos|sqrt|exp|log|abs|max|min';

/** What a JSFX makes of two channels: its text is read as the few statements of its language that ours have. */
export function played(
  text: string,
  values: readonly number[],
  channels: readonly [Float32Array, Float32Array],
  rate: number,
): [Float32Array, Float32Array] {
  const sections = new Map(
    text
      .replaceAll(/\/\/.*/g, '')
      .split(/^@/m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return [part.slice(0, end).trim(), asScript(part.slice(end))] as const;
      }),
  );
  const code = [...sections.values()].join('\n');
  const own = new Set(
    [...code.matchAll(/(?<![\w.])[a-z]\w*/g)]
      .map(([name]) => name)
      .filter((name) => name !== 'if' && name !== 'srate'),
  );
  const sides = channels.map((one) => Float64Array.from(one));
  const sliders = values.map((value, nth) => `slider${nth + 1} = ${value};`).join('');
  const script = `const srate = ${rate};
    let ${[...own].map((name) => `${name} = 0`).join(', ')};
    ${sliders} ${sections.get('init') ?? ''} ${sections.get('slider') ?? ''}
    for (let nth_ = 0; nth_ < sides_[0].length; nth_ += 1) {
      spl0 = sides_[0][nth_]; spl1 = sides_[1][nth_];
      ${sections.get('sample')}
      sides_[0][nth_] = spl0; sides_[1][nth_] = spl1;
    }`;
  runInNewContext(`(() => { ${script} })()`, { sides_: sides });
  return [Float32Array.from(sides[0]!), Float32Array.from(sides[1]!)];
}

const asScript = (part: string): string =>
  part
    .replaceAll('^', '**')
    .replaceAll('$pi', 'Math.PI')
    .replaceAll(new RegExp(`\\b(${mathNames})\\(`, 'g'), 'Math.$1(')
    .replaceAll(/^(.*?) \? \(\n([\s\S]*?)\n\);/gm, 'if ($1) {\n$2\n}');
