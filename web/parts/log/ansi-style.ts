const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** The style that escapes have set; it lasts beyond the end of a line. */
export interface Style {
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
  colour: string | null;
  ground: string | null;
}

export const plainStyle: Style = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  colour: null,
  ground: null,
};

/** A colour of the 256-colour palette or of 24 bits, as the nearest of the eight. */
function nearest(numbers: readonly number[]): string {
  const [kind, ...rest] = numbers;
  if (kind === 5) {
    const index = rest[0] ?? 0;
    if (index < 16) return colours[index % 8]!;
    if (index >= 232) return index < 244 ? 'black' : 'white';
    const cube = index - 16;
    return ofBits(Math.floor(cube / 36) > 2, Math.floor(cube / 6) % 6 > 2, cube % 6 > 2);
  }
  return ofBits((rest[0] ?? 0) > 127, (rest[1] ?? 0) > 127, (rest[2] ?? 0) > 127);
}

const ofBits = (red: boolean, green: boolean, blue: boolean): string =>
  colours[Number(red) + 2 * Number(green) + 4 * Number(blue)]!;

const flags: Record<number, Partial<Style>> = {
  0: plainStyle,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { colour: null },
  49: { ground: null },
};

/** Applies the parameters of one SGR sequence. */
export function styled(style: Style, parameters: string): Style {
  let next = style;
  const numbers = (parameters === '' ? '0' : parameters).split(/[;:]/).map(Number);
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at]!;
    if (code === 38 || code === 48) {
      const rest = numbers.slice(at + 1, at + (numbers[at + 1] === 5 ? 3 : 5));
      next = { ...next, [code === 38 ? 'colour' : 'ground']: nearest(rest) };
      at += rest.length;
    } else if (code >= 30 && code <= 37) next = { ...next, colour: colours[code - 30]! };
    else if (code >= 90 && code <= 97) next = { ...next, colour: colours[code - 90]! };
    else if (code >= 40 && code <= 47) next = { ...next, ground: colours[code - 40]! };
    else if (code >= 100 && code <= 107) next = { ...next, ground: colours[code - 100]! };
    else next = { ...next, ...flags[code] };
  }
  return next;
}

/** The classes of the style sheet for a style. */
export function classesOf({
  bold,
  dim,
  italic,
  underline,
  inverse,
  colour,
  ground,
}: Style): string {
  return [
    bold && 'bold',
    dim && 'dim',
    italic && 'italic',
    underline && 'underline',
    inverse && 'inverse',
    colour,
    ground !== null && `on-${ground}`,
  ]
    .filter((name) => typeof name === 'string')
    .join(' ');
}
