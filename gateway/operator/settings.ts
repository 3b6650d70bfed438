import {
  defaultSettings,
  settings,
  settingsAnswer,
  settingsBody,
  type Settings,
  type SettingsSection,
} from '../../contracts/settings.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, noQuery } from '../http/route-schema.ts';

const sections = Object.keys(defaultSettings) as SettingsSection[];

/** What is stored over the defaults; a section that a later version would not accept has its default. */
function settingsOf(stored: Record<string, unknown>): Settings {
  const whole = sections.map((key) => {
    const known = settings.shape[key].safeParse({
      ...defaultSettings[key],
      ...(stored[key] as object | undefined),
    });
    return [key, known.data ?? defaultSettings[key]];
  });
  return Object.fromEntries(whole) as Settings;
}

/** The preferences of a person for their UI. */
export const settingsRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/operator/api/settings',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getSettings',
        tags: ['operator'],
        summary: 'Your preferences for a UI',
        querystring: noQuery,
        response: answers({ 200: settings.meta({ examples: [defaultSettings] }) }),
      },
      handler: async (request) =>
        settingsOf(await store().settings.of(callerOf(request).principal)),
    });

    app.route({
      method: 'POST',
      url: '/operator/api/settings',
      config: { rule: { scope: 'operator' } },
      schema: {
        operationId: 'changeSettings',
        tags: ['operator'],
        summary: 'Change some of them; the others stay',
        querystring: noQuery,
        body: settingsBody.meta({ examples: [{ appearance: { language: 'es' } }] }),
        response: answers({
          200: settingsAnswer.meta({
            examples: [{ ok: true, updated_keys: ['appearance'], settings: defaultSettings }],
          }),
        }),
      },
      handler: async (request) => {
        const { principal } = callerOf(request);
        const { body } = request;
        const updated_keys = sections.filter((key) => body[key] !== undefined);
        await store().settings.change(principal, clock(), (stored) => {
          const before = settingsOf(stored);
          return Object.fromEntries(
            updated_keys.map((key) => [key, { ...before[key], ...body[key] }]),
          );
        });
        const after = settingsOf(await store().settings.of(principal));
        return { ok: true as const, updated_keys, settings: after };
      },
    });
  };
