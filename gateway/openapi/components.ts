import { z } from 'zod';
import * as agentChat from '../../contracts/agent-chat.ts';
import * as audit from '../../contracts/audit.ts';
import * as audio from '../../contracts/audio.ts';
import * as audioEngines from '../../contracts/audio-engines.ts';
import * as audioBatch from '../../contracts/audio-batch.ts';
import * as audioReport from '../../contracts/audio-report.ts';
import * as autonomy from '../../contracts/autonomy.ts';
import * as chat from '../../contracts/chat.ts';
import * as checks from '../../contracts/checks.ts';
import * as drift from '../../contracts/drift.ts';
import * as driftPatch from '../../contracts/drift-patch.ts';
import * as manifestator from '../../contracts/manifestator.ts';
import * as patchOperation from '../../contracts/patch-operation.ts';
import * as patch from '../../contracts/patch.ts';
import * as repair from '../../contracts/repair.ts';
import * as event from '../../contracts/event.ts';
import * as inee from '../../contracts/inee.ts';
import * as ingest from '../../contracts/ingest.ts';
import * as intent from '../../contracts/intent.ts';
import * as madre from '../../contracts/madre.ts';
import * as modelFiles from '../../contracts/model-files.ts';
import * as models from '../../contracts/models.ts';
import * as modelUsage from '../../contracts/model-usage.ts';
import * as notice from '../../contracts/notice.ts';
import * as noticeMessage from '../../contracts/notice-message.ts';
import * as openai from '../../contracts/openai.ts';
import * as operatorApi from '../../contracts/operator-api.ts';
import * as operator from '../../contracts/operator.ts';
import * as plan from '../../contracts/plan.ts';
import * as frontForms from '../../contracts/front-forms.ts';
import * as incidents from '../../contracts/incidents.ts';
import * as programs from '../../contracts/programs.ts';
import * as proposal from '../../contracts/proposal.ts';
import * as provider from '../../contracts/provider.ts';
import * as rails from '../../contracts/rails.ts';
import * as report from '../../contracts/report.ts';
import * as routing from '../../contracts/routing.ts';
import * as routingCall from '../../contracts/routing-call.ts';
import * as routingDecision from '../../contracts/routing-decision.ts';
import * as schedule from '../../contracts/schedule.ts';
import * as settings from '../../contracts/settings.ts';
import * as service from '../../contracts/service.ts';
import * as shub from '../../contracts/shub.ts';
import * as spawnRequest from '../../contracts/task-request.ts';
import * as spawn from '../../contracts/task.ts';
import * as status from '../../contracts/status.ts';
import * as switchContract from '../../contracts/switch.ts';
import * as switchKnown from '../../contracts/switch-known.ts';
import * as text from '../../contracts/text.ts';
import * as token from '../../contracts/token.ts';
import * as webSession from '../../contracts/web-session.ts';
import * as windowSchedule from '../../contracts/window-schedule.ts';
import * as window from '../../contracts/window.ts';
import { errorCode, problemPage, problemSchema } from '../http/route-schema.ts';

const contracts: Record<string, unknown>[] = [
  audio,
  audioBatch,
  audioEngines,
  audioReport,
  audit,
  autonomy,
  agentChat,
  chat,
  checks,
  drift,
  driftPatch,
  manifestator,
  patchOperation,
  patch,
  repair,
  event,
  frontForms,
  inee,
  ingest,
  intent,
  modelFiles,
  models,
  modelUsage,
  madre,
  notice,
  noticeMessage,
  openai,
  operator,
  operatorApi,
  plan,
  incidents,
  programs,
  proposal,
  provider,
  rails,
  report,
  routing,
  routingCall,
  routingDecision,
  schedule,
  service,
  settings,
  shub,
  spawn,
  spawnRequest,
  status,
  switchContract,
  switchKnown,
  text,
  token,
  webSession,
  windowSchedule,
  window,
];

export type JsonSchema = Record<string, unknown>;

export const schemaPrefix = '#/components/schemas/';

/** `windowView` is the component `WindowView`. */
const componentName = (exported: string): string => exported[0]!.toUpperCase() + exported.slice(1);

/** Every schema that contracts/ exports, by the name of its component. Throws if two files export the same name. */
export function namedSchemas(): Map<string, z.ZodType> {
  const named = new Map<string, z.ZodType>([
    ['ErrorCode', errorCode],
    ['Problem', problemSchema],
    ['ProblemPage', problemPage],
  ]);
  for (const exports of contracts) {
    for (const [exported, schema] of Object.entries(exports)) {
      if (!(schema instanceof z.ZodType)) continue;
      const name = componentName(exported);
      if (named.has(name)) throw new Error(`contracts/ exports ${exported} twice`);
      named.set(name, schema);
    }
  }
  for (const [name, schema] of stepSchemas()) named.set(name, schema);
  return named;
}

/** `OPEN_WINDOW` as a part of a name: `OpenWindow`. */
const camelCase = (type: string): string =>
  type.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Each kind of step and its params, which contracts/ lists rather than exports: `OpenWindowStep`, `OpenWindowParams`. */
function stepSchemas(): [string, z.ZodType][] {
  const steps = plan.planStep.options.map((step): [string, z.ZodType] => [
    `${camelCase(step.shape.type.value)}Step`,
    step,
  ]);
  const params = Map.groupBy(Object.entries(plan.stepParams), ([, schema]) => schema);
  const named = [...params].map(([schema, [first, ...more]]): [string, z.ZodType] => {
    const type = first![0];
    // kinds that share params give them the word that they begin with: `CallParams`
    return [`${camelCase(more.length > 0 ? type.split('_', 1)[0]! : type)}Params`, schema];
  });
  return [...steps, ...named];
}

/** Removes keywords that add nothing: ids, and the bounds of every JavaScript integer. */
function withoutNoise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (value === null || typeof value !== 'object') return value;
  const kept: JsonSchema = {};
  for (const [key, child] of Object.entries(value)) {
    if (key === 'examples' || key === 'default' || key === 'const' || key === 'enum') {
      kept[key] = child;
    } else if (key === '$schema' || key === '$id') continue;
    else if (key === 'minimum' && child === Number.MIN_SAFE_INTEGER) continue;
    else if (key === 'maximum' && child === Number.MAX_SAFE_INTEGER) continue;
    else if (key === 'propertyNames' && Object.keys(child as object).join() === 'type') continue;
    else kept[key] = key === 'properties' ? propertiesOf(child as JsonSchema) : withoutNoise(child);
  }
  return kept;
}

/** The same for the fields of an object, whose names are not keywords. */
const propertiesOf = (properties: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, withoutNoise(one)]));

/**
 * JSON Schemas (2020-12) of these schemas and, by name, of every component. A schema that contracts/ names becomes a `$ref`
 * wherever it is used.
 * @param io the side of a transform: what a caller sends, or what the gateway answers
 */
export function jsonSchemas(
  schemas: readonly z.ZodType[],
  io: 'input' | 'output',
): { own: JsonSchema[]; components: Map<string, JsonSchema> } {
  const registry = z.registry<{ id: string }>();
  const named = namedSchemas();
  for (const [id, schema] of named) registry.add(schema, { id });
  // no component's name contains `-`
  const ids = schemas.map((schema, index) => {
    const known = registry.get(schema)?.id;
    if (known === undefined) registry.add(schema, { id: `own-${index}` });
    return known ?? `own-${index}`;
  });
  const { schemas: made } = z.toJSONSchema(registry, {
    io,
    uri: (id) => schemaPrefix + id,
    override: ({ zodSchema, jsonSchema }) => {
      // any JSON: a recursive schema would add nothing, and client generators fail on it
      if (zodSchema !== text.jsonValue) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    },
  });
  const clean = (id: string): JsonSchema => withoutNoise(made[id]) as JsonSchema;
  const own = ids.map((id) => (named.has(id) ? { $ref: schemaPrefix + id } : clean(id)));
  return { own, components: new Map([...named.keys()].map((name) => [name, clean(name)])) };
}

/** The names of components that a part of the document refers to. */
export function referencesIn(part: unknown): Set<string> {
  const json = JSON.stringify(part);
  const found = json.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  return new Set([...found].map(([, name]) => name!));
}
