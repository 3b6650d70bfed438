import { z } from 'zod';

const scalar = z.union([z.string(), z.number()]).transform(String);
const groupName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, dots, dashes, underscores');

const settings = z.strictObject({
  /** How long the window lasts after the newest request; a request may ask for less. */
  ttl: scalar.optional(),
  /** How much of the TTL has to pass before a request renews the window. */
  renew: scalar.optional(),
  /** The longest that one window lasts, however many requests there are. */
  max: scalar.optional(),
  groups: z.array(groupName).min(1).max(20).optional(),
  /** How long a request of the blocking strategy waits by default. */
  blocking: scalar.optional(),
  /** Parts of User-Agents whose requests wake nothing; replaces the built-in list. */
  ignore_agents: z.array(z.string().min(1).max(200)).max(100).optional(),
});
export type WakeSource = z.output<typeof settings>;

/** `x-vx11.wake` of a service: `true` means all defaults, `false` is stronger than labels of Sablier. */
export const wakeSource = z.preprocess(
  (value) => (value === true ? {} : value === false ? null : value),
  settings.nullable(),
);

/** How requests to the wake listener may open windows on a service. Durations in ms. */
export const wakeRule = z.strictObject({
  /** The name of its container, by which plugins of Sablier know it. */
  container: z.string(),
  ttl_ms: z.number(),
  renew_ms: z.number(),
  max_ms: z.number(),
  groups: z.array(z.string()),
  blocking_ms: z.number(),
  ignore_agents: z.array(z.string()),
  /** It counts as ready only so long after its window is open. */
  ready_after_ms: z.number(),
});
export type WakeRule = z.infer<typeof wakeRule>;
