/** The effects whose text is shipped beside a project, in `Effects/VX11`: they do exactly what was done here. */
export const ownEffectNames = [
  'high_pass',
  'low_pass',
  'eq',
  'eq_band',
  'compressor',
  'distortion',
  'bass_to_mono',
] as const;
export type OwnEffect = (typeof ownEffectNames)[number];

export const isOwn = (effect: string): effect is OwnEffect =>
  (ownEffectNames as readonly string[]).includes(effect);

/** One biquad on both channels, in the transposed second form. */
const biquad = `@sample
y = spl0 * b0 + l1; l1 = spl0 * b1 - y * a1 + l2; l2 = spl0 * b2 - y * a2; spl0 = y;
y = spl1 * b0 + r1; r1 = spl1 * b1 - y * a1 + r2; r2 = spl1 * b2 - y * a2; spl1 = y;
`;

const highPass = `desc:VX11 high-pass, 12 dB per octave
slider1:80<10,400,1>Hz

@slider
w = 2 * $pi * slider1 / srate; c = cos(w); alpha = sin(w) / (2 * 0.707);
a0 = 1 + alpha; a1 = -2 * c / a0; a2 = (1 - alpha) / a0;
b0 = (1 + c) / 2 / a0; b1 = -(1 + c) / a0; b2 = b0;

${biquad}`;

const lowPass = `desc:VX11 low-pass, 12 dB per octave
slider1:10000<200,22000,1>Hz

@slider
w = 2 * $pi * slider1 / srate; c = cos(w); alpha = sin(w) / (2 * 0.707);
a0 = 1 + alpha; a1 = -2 * c / a0; a2 = (1 - alpha) / a0;
b0 = (1 - c) / 2 / a0; b1 = (1 - c) / a0; b2 = b0;

${biquad}`;

/** One of the filters of `eq`, on both channels; `n` tells its variables from those of the others. */
const nth = (n: string): string =>
  ['0', '1']
    .map((side) => {
      const [x, p, q] = [`spl${side}`, `p${n}${side}`, `q${n}${side}`];
      return `y = ${x} * b0${n} + ${p}; ${p} = ${x} * b1${n} - y * a1${n} + ${q}; ${q} = ${x} * b2${n} - y * a2${n}; ${x} = y;\n`;
    })
    .join('');

/** A shelf, by the formulas of R. Bristow-Johnson. @param sign 1 for a low one, -1 for a high one */
const shelf = (n: string, db: string, hz: string, sign: '1' | '-1'): string =>
  `w = 2 * $pi * ${hz} / srate; g = 10 ^ (${db} / 40); c = ${sign} * cos(w); e = 2 * sqrt(g) * sin(w) / (2 * 0.7);
a0 = g + 1 + (g - 1) * c + e;
a1${n} = -2 * ${sign} * (g - 1 + (g + 1) * c) / a0; a2${n} = (g + 1 + (g - 1) * c - e) / a0;
b0${n} = g * (g + 1 - (g - 1) * c + e) / a0; b1${n} = 2 * ${sign} * g * (g - 1 - (g + 1) * c) / a0;
b2${n} = g * (g + 1 - (g - 1) * c - e) / a0;
`;

const eq = `desc:VX11 equaliser of three bands
slider1:0<-12,12,0.1>Low (dB)
slider2:0<-12,12,0.1>Middle (dB)
slider3:0<-12,12,0.1>High (dB)
slider4:200<20,2000,1>Low (Hz)
slider5:3000<200,20000,1>High (Hz)

@slider
${shelf('l', 'slider1', 'slider4', '1')}w = 2 * $pi * sqrt(slider4 * slider5) / srate; g = 10 ^ (slider2 / 40); c = cos(w); e = sin(w) / (2 * 0.5);
a0 = 1 + e / g; a1m = -2 * c / a0; a2m = (1 - e / g) / a0;
b0m = (1 + e * g) / a0; b1m = -2 * c / a0; b2m = (1 - e * g) / a0;
${shelf('h', 'slider3', 'slider5', '-1')}
@sample
${nth('l')}${nth('m')}${nth('h')}`;

const distortion = `desc:VX11 distortion, hyperbolic tangent
slider1:1<0,20,0.01>Drive
slider2:0.5<0,1,0.01>Mix

@sample
x = exp(2 * slider1 * spl0); spl0 = (1 - slider2 / 4) * (x - 1) / (x + 1);
x = exp(2 * slider1 * spl1); spl1 = (1 - slider2 / 4) * (x - 1) / (x + 1);
`;

const eqBand = `desc:VX11 band of an equaliser
slider1:1000<20,20000,1>Hz
slider2:0<-12,12,0.1>Gain (dB)
slider3:0.7<0.1,10,0.01>Q

@slider
w = 2 * $pi * slider1 / srate; c = cos(w); alpha = sin(w) / (2 * slider3);
g = 10 ^ (slider2 / 40);
a0 = 1 + alpha / g; a1 = -2 * c / a0; a2 = (1 - alpha / g) / a0;
b0 = (1 + alpha * g) / a0; b1 = -2 * c / a0; b2 = (1 - alpha * g) / a0;

${biquad}`;

const compressor = `desc:VX11 compressor, linked, peak detection
slider1:-20<-60,0,0.1>Threshold (dB)
slider2:2<1,20,0.1>Ratio
slider3:30<0.1,200,0.1>Attack (ms)
slider4:200<1,2000,1>Release (ms)

@init
level = 0;

@slider
threshold = slider1 / 20 * log(10);
up = min(1, 4000 / (slider3 * srate)); down = min(1, 4000 / (slider4 * srate));

@sample
x = max(abs(spl0), abs(spl1));
level += (x - level) * (x > level ? up : down);
over = level > 0 ? log(level) - threshold : 0;
over > 0 ? (
  gain = exp(over / slider2 - over);
  spl0 *= gain; spl1 *= gain;
);
`;

const bassToMono = `desc:VX11 bass to mono
slider1:120<40,300,1>Hz

@slider
w = 2 * $pi * slider1 / srate; c = cos(w); alpha = sin(w) / (2 * 0.70710678);
a0 = 1 + alpha; a1 = -2 * c / a0; a2 = (1 - alpha) / a0;
b0 = (1 + c) / 2 / a0; b1 = -(1 + c) / a0; b2 = b0;

@sample
// only the difference of the sides is filtered, twice: what is alike stays as it is
m = (spl0 + spl1) / 2; s = (spl0 - spl1) / 2;
y = s * b0 + p1; p1 = s * b1 - y * a1 + p2; p2 = s * b2 - y * a2; s = y;
y = s * b0 + q1; q1 = s * b1 - y * a1 + q2; q2 = s * b2 - y * a2; s = y;
spl0 = m + s; spl1 = m - s;
`;

const texts: Record<OwnEffect, string> = {
  high_pass: highPass,
  low_pass: lowPass,
  eq,
  eq_band: eqBand,
  compressor,
  distortion,
  bass_to_mono: bassToMono,
};

/** The text of an effect of ours, in REAPER's language for them. */
export const effectText = (effect: OwnEffect): string => texts[effect];
