import { z } from 'zod';
import { noticeSeverity, noticeType } from './notice.ts';

const httpUrl = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[^@\s]+$/, 'must be an http or https URL without credentials');

/** Where a secret is: in the environment of madre, or in a file. It is never written into the compose file. */
export const secretSource = z.union(
  [
    z.strictObject({ env: z.string().regex(/^VX11_NOTIFY_[A-Z0-9_]{1,100}$/) }),
    z.strictObject({ file: z.string().min(1).max(1024) }),
  ],
  'must be {env: VX11_NOTIFY_…} or {file: …}: a secret is not written into the compose file',
);
export type SecretSource = z.infer<typeof secretSource>;

export const channelName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, dots, dashes, underscores');

const shared = {
  name: channelName,
  /** Which notices it gets; all by default. */
  events: z.array(noticeType).min(1).max(20).optional(),
  /** The least severity it gets. */
  severity: noticeSeverity.optional(),
};

const line = z
  .string()
  .min(1)
  .max(320)
  .regex(/^[^\r\n]+$/, 'must be one line');

/** A channel as the compose file has it. */
export const channelSource = z.discriminatedUnion('type', [
  z.strictObject({
    ...shared,
    type: z.literal('ntfy'),
    /** The root of the server. */
    url: httpUrl,
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/, 'must be the name of a topic'),
    token: secretSource.optional(),
  }),
  z.strictObject({ ...shared, type: z.literal('slack'), url: secretSource }),
  z.strictObject({ ...shared, type: z.literal('discord'), url: secretSource }),
  z.strictObject({
    ...shared,
    type: z.literal('webhook'),
    url: z.union([httpUrl, secretSource]),
    /** Two while the receiver changes from one to the other. */
    secret: z.union([secretSource, z.array(secretSource).min(1).max(2)]),
  }),
  z.strictObject({
    ...shared,
    type: z.literal('email'),
    host: line,
    port: z.int().min(1).max(65_535).optional(),
    /** `tls` from the first byte, or `starttls`; `none` sends in the clear. */
    security: z.enum(['tls', 'starttls', 'none']).optional(),
    user: line.optional(),
    password: secretSource.optional(),
    from: line,
    to: z.union([line, z.array(line).min(1).max(20)]),
  }),
  z.strictObject({
    ...shared,
    type: z.literal('apprise'),
    /** The root of the server. */
    url: httpUrl,
    /** A configuration that the server keeps, or the addresses themselves, which hold secrets. */
    key: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/)
      .optional(),
    urls: secretSource.optional(),
    tag: z.string().max(200).optional(),
  }),
]);
export type ChannelSource = z.output<typeof channelSource>;

/** A time of day, such as `22:30`. */
export const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:30');
const scalar = z.union([z.string(), z.number()]).transform(String);

/** `x-vx11.notify`. Its channels are read one by one, so that a mistake in one leaves the others. */
export const notifySource = z.strictObject({
  channels: z.array(z.unknown()).max(20).optional(),
  quiet: z
    .strictObject({ from: clockTime, to: clockTime, timezone: z.string().optional() })
    .optional(),
  /** How long before a window's deadline people are warned. */
  warn_before: scalar.optional(),
  /** How long a notice waits for others. */
  group: scalar.optional(),
  /** The least time between two messages of a channel. */
  pace: scalar.optional(),
  /** How long after the last notice of an open incident its channel is reminded of it; 0s for never. */
  repeat: scalar.optional(),
});

const quietHours = z.strictObject({ from: z.string(), to: z.string(), timezone: z.string() });
export type QuietHours = z.infer<typeof quietHours>;

/** A channel that was read. `source` is null if it has problems: it then gets nothing. */
export const declaredChannel = z.strictObject({
  name: z.string(),
  type: z.string(),
  /** Where it leads to, without secrets. */
  address: z.string(),
  events: z.array(noticeType),
  severity: noticeSeverity,
  source: channelSource.nullable(),
  problems: z.array(z.string()),
});
export type DeclaredChannel = z.infer<typeof declaredChannel>;

/** `x-vx11.notify` of a host, with its defaults. */
export const declaredNotify = z.strictObject({
  channels: z.array(declaredChannel),
  quiet: quietHours.nullable(),
  warn_before_seconds: z.number(),
  group_seconds: z.number(),
  pace_seconds: z.number(),
  repeat_seconds: z.number(),
  problems: z.array(z.string()),
});
export type DeclaredNotify = z.infer<typeof declaredNotify>;
