import { z } from 'zod';
import { jsonValue, serviceName } from './text.ts';

const file = z.string().min(1).max(1000).meta({ description: 'In the folder of the stack' });
const name = z.string().min(1).max(255);
const id = z.string().regex(/^[0-9a-f]{12,64}$/);
const imageId = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const mode = z.string().regex(/^0[0-7]{3}$/);
const containers = z.array(id).min(1).max(20);

/** What Compose has to print where an operation takes effect: null where nothing is left. */
const effects = z
  .array(z.strictObject({ path: z.array(z.string().max(300)).min(1).max(12), value: jsonValue }))
  .min(1)
  .max(20);
const value = jsonValue.meta({ description: 'Null: it is not there' });
const path = z
  .array(z.union([z.string().max(300), z.int().min(0)]))
  .min(1)
  .max(12);

/** Limits as the Engine has them: bytes, billionths of a CPU, processes; 0 is none. */
const limits = z.partialRecord(
  z.enum(['Memory', 'MemorySwap', 'MemoryReservation', 'NanoCpus', 'CpuShares', 'PidsLimit']),
  z.number().min(-1),
);

/** One change of a patch, with what it expects to find. Anything else than that, and nothing is done. */
export const patchOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('set'), file, path, expect: value, value, effects }),
  z.strictObject({ op: z.literal('delete'), file, path, expect: value, effects }),
  z.strictObject({
    op: z.literal('set_variable'),
    file,
    name,
    expect: z.string().max(4000),
    value: z.string().max(4000),
    effects,
  }),
  z.strictObject({ op: z.literal('file_mode'), file, expect: mode, mode }),
  z.strictObject({
    op: z.literal('update_limits'),
    service: serviceName,
    container: id,
    expect: limits,
    limits,
  }),
  z.strictObject({
    op: z.literal('restart_policy'),
    service: serviceName,
    container: id,
    expect: name,
    policy: z.literal('no'),
  }),
  z.strictObject({
    op: z.literal('connect_network'),
    service: serviceName,
    container: id,
    network: name,
    aliases: z.array(name).max(50),
  }),
  z.strictObject({
    op: z.literal('disconnect_network'),
    service: serviceName,
    container: id,
    network: name,
    aliases: z.array(name).max(50),
  }),
  z.strictObject({ op: z.literal('retag'), reference: name, expect: imageId, image: imageId }),
  z.strictObject({ op: z.literal('restart'), service: serviceName, containers }),
  z.strictObject({ op: z.literal('recreate'), service: serviceName, containers }),
  z.strictObject({ op: z.literal('remove_container'), container: id, name }),
  z.strictObject({ op: z.literal('remove_network'), network: name }),
]);
export type PatchOperation = z.infer<typeof patchOperation>;
export type OperationOf<T extends PatchOperation['op']> = Extract<PatchOperation, { op: T }>;

export const patchOperations = z.array(patchOperation).max(20);
