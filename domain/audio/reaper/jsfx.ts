/** The effects whose text is shipped beside a project, in `Effects/VX11`: they do exactly what was done here. */
export const ownEffectNames = ['high_pass', 'eq_band', 'compressor', 'bass_to_mono'] as const;
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
  eq_band: eqBand,
  compressor,
  bass_to_mono: bassToMono,
};

/** The text of an effect of ours, in REAPER's language for them. */
export const effectText = (effect: OwnEffect): string => texts[effect];
