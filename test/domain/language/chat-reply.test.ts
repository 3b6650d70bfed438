import { describe, expect, test } from 'vitest';
import type { Intent, Language } from '../../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../../contracts/plan.ts';
import {
  dryText,
  replyTo,
  sentencesOf,
  statusText,
  type ServiceFact,
} from '../../../domain/language/chat-reply.ts';
import { anIntent, aPlan, aStep, aWaitingPlan } from '../plans/plan-samples.ts';

const fact = (change: Partial<ServiceFact> = {}): ServiceFact => ({
  name: 'web',
  host: 'nas',
  tier: 'window',
  state: 'running',
  health: 'ok',
  reason: null,
  until: null,
  ...change,
});
const asleep = (name: string): ServiceFact => fact({ name, health: 'off_by_policy' });

describe('the status of services', () => {
  const until = '2026-11-21T12:20:00.000Z';
  test.each<[string, ServiceFact[], string[], string, string]>([
    [
      'nothing is known',
      [],
      [],
      'No service is known yet.',
      'Todavía no se conoce ningún servicio.',
    ],
    [
      'all sleeps',
      [asleep('web'), asleep('db')],
      [],
      'Nothing runs in a window. 2 services asleep by policy.',
      'Nada está en marcha en una ventana. 2 servicios duermen por política.',
    ],
    [
      'one that was named sleeps',
      [asleep('web')],
      ['web'],
      'Nothing runs in a window. 1 service asleep by policy (web).',
      'Nada está en marcha en una ventana. 1 servicio duerme por política (web).',
    ],
    [
      'one is up, until its window ends',
      [fact({ until })],
      [],
      `web is up until ${until}.`,
      `web está en marcha hasta ${until}.`,
    ],
    [
      'some are not well',
      [
        fact({ health: 'degraded', reason: 'unhealthy' }),
        fact({ name: 'db', health: 'down' }),
        fact({ name: 'x', health: 'starting' }),
      ],
      [],
      'web is degraded (unhealthy); db is down; x is starting.',
      'web no va bien (su chequeo de salud falla); db se ha caído; x está arrancando.',
    ],
    [
      'a named service that is in no compose file',
      [fact()],
      ['web', 'nope'],
      'web is up. nope: not in any compose file.',
      'web está en marcha. nope: en ningún archivo de compose.',
    ],
    [
      'two hosts have one name',
      [fact(), fact({ host: 'gpu' }), fact({ name: 'db' })],
      [],
      'web on nas is up; web on gpu is up; db is up.',
      'web en nas está en marcha; web en gpu está en marcha; db está en marcha.',
    ],
  ])('%s', (_, facts, named, english, spanish) => {
    expect(statusText(facts, named, 'en')).toBe(english);
    expect(statusText(facts, named, 'es')).toBe(spanish);
  });
});

/** The reply to the same intent in each language. */
const replies = (text: [string, string], plan: PlanView): string[] =>
  text.map((one, nth) => {
    const intent: Intent = anIntent(one);
    expect(intent.language).toBe((['en', 'es'] as Language[])[nth]);
    return replyTo(intent, plan);
  });
const stop: [string, string] = ['stop web', 'para web'];

describe('the reply about a plan', () => {
  const because = 'it takes something away (stop)'; // the text of the plan, in English
  const waiting = (change: Partial<NonNullable<PlanView['confirmation']>> = {}) => {
    const plan = aWaitingPlan({ risk_because: because });
    return { ...plan, confirmation: { ...plan.confirmation!, ...change } };
  };
  const time = waiting().confirmation.expires_at;
  const steps = 's1 NOOP: nothing changes';
  test.each<[string, PlanView, string, string]>([
    [
      'that waits for the requester',
      waiting(),
      `The risk is HIGH: ${because}. You have to confirm it before ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. Tienes que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'that waits for another person',
      waiting({ no_self_approval: true }),
      `The risk is HIGH: ${because}. Another person has to confirm it before ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. Otra persona tiene que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'that waits for several people',
      waiting({ quorum: 2 }),
      `The risk is HIGH: ${because}. 2 people have to confirm it before ${time}: ${steps}.`,
      `El riesgo es HIGH: ${because}. 2 personas tienen que confirmarlo antes de ${time}: ${steps}.`,
    ],
    [
      'that is about to run',
      aPlan({ plan_id: 'plan-00000001' }),
      `It is in progress as plan-00000001: ${steps}.`,
      `Está en marcha como plan-00000001: ${steps}.`,
    ],
    [
      'that was rejected',
      aPlan({ plan_id: 'plan-00000001', status: 'REJECTED' }),
      'plan-00000001 was rejected; nothing was done.',
      'plan-00000001 fue rechazado; no se hizo nada.',
    ],
    [
      'that was cancelled',
      aPlan({ plan_id: 'plan-00000001', status: 'CANCELLED' }),
      'plan-00000001 was cancelled.',
      'plan-00000001 fue cancelado.',
    ],
    [
      'that was cancelled after one step was undone',
      aPlan({
        plan_id: 'plan-00000001',
        status: 'CANCELLED',
        steps: [aStep({ status: 'UNDONE' }), aStep({ step_id: 's2', status: 'DONE' })],
      }),
      'plan-00000001 was cancelled; undone: s1.',
      'plan-00000001 fue cancelado; se deshizo: s1.',
    ],
    [
      'that failed',
      aPlan({ status: 'ERROR', error: { code: 'x', detail: 'It is full.' } }),
      'That did not work. It is full.',
      'Eso no funcionó. It is full.',
    ],
    [
      'that failed without an error',
      aPlan({ status: 'ERROR' }),
      'That did not work.',
      'Eso no funcionó.',
    ],
    ['that had no steps', aPlan({ status: 'DONE', steps: [] }), 'Done.', 'Hecho.'],
  ])('%s', (_, plan, english, spanish) => expect(replies(stop, plan)).toEqual([english, spanish]));

  test('that is a dry run', () => {
    const plan = waiting();
    expect(dryText(plan, 'en')).toBe(
      `The plan would do this, with risk HIGH (${because}): ${steps}. Nothing was done.`,
    );
    expect(dryText(plan, 'es')).toBe(
      `Esto es lo que se haría, con riesgo HIGH (${because}): ${steps}. No se hizo nada.`,
    );
  });
});

describe('the reply about a finished step', () => {
  const done = (step: object, result: object | null = null): PlanView =>
    aPlan({
      status: 'DONE',
      steps: [aStep({ ...step, status: 'DONE', result } as Partial<PlanStep>)],
    });
  const opening = { type: 'OPEN_WINDOW', params: { host: 'host-a', services: ['web', 'db'] } };
  const open: [string, string] = ['open web and db', 'abre web y db'];
  const time = '2026-11-21T12:20:00.000Z';
  test.each<[string, [string, string], PlanView, string, string]>([
    [
      'that opened a window with a deadline',
      open,
      done(opening, { expires_at: time, window_id: 'window-1' }),
      `web, db is open until ${time} (window-1).`,
      `web, db: abierto hasta ${time} (window-1).`,
    ],
    [
      'that opened a window on hold in which a service did not start',
      open,
      done(opening, { services_failed: [{ service: 'db', detail: 'no image' }] }),
      'web, db is open without a deadline (unknown). db did not start: no image.',
      'web, db: abierto sin final (desconocido). db no arrancó: no image.',
    ],
    [
      'that opened a window on a named host',
      ['open web on host-a', 'abre web en host-a'],
      done({ ...opening, params: { host: 'host-a', services: ['web'] } }, { window_id: 'w' }),
      'web on host-a is open without a deadline (w).',
      'web en host-a: abierto sin final (w).',
    ],
    [
      'that closed a window',
      stop,
      done({ type: 'CLOSE_WINDOW', effect: 'windows w ends' }),
      'Closed: windows w ends.',
      'Cerrado: windows w ends.',
    ],
    [
      'that read the status',
      ['status', 'estado'],
      done({ type: 'SYSTEM_HEALTHCHECK', params: { services: [] } }, { services: [fact()] }),
      'web is up.',
      'web está en marcha.',
    ],
    [
      'that ran a task',
      ['run `ls` for me', 'ejecuta `ls`'],
      done({ type: 'SPAWN' }, { spawn_id: 'spawn-1' }),
      'The task ran as spawn-1.',
      'La tarea se ejecutó como spawn-1.',
    ],
    [
      'that called a role',
      ['patch web', 'parchea web'],
      done({ type: 'CALL_MANIFESTATOR' }),
      'CALL_MANIFESTATOR is done.',
      'CALL_MANIFESTATOR: hecho.',
    ],
    [
      'that found no window to close',
      ['close web', 'cierra web'],
      done({ type: 'NOOP' }),
      'No window is open on web.',
      'No hay ninguna ventana abierta de web.',
    ],
    [
      'that found no window at all to close',
      ['close all', 'cierra todo'],
      done({ type: 'NOOP' }),
      'No window is open.',
      'No hay ninguna ventana abierta.',
    ],
    [
      'for an order to delete something that is not a service',
      ['delete the moon', 'borra la luna'],
      done({ type: 'NOOP' }),
      'VX11 deletes nothing; it only stops services. Name a service to stop it.',
      'VX11 no borra nada: duerme servicios. Nombra un servicio para pararlo.',
    ],
  ])('%s', (_, texts, plan, english, spanish) =>
    expect(replies(texts, plan)).toEqual([english, spanish]),
  );

  test('does not mention the final close of the plan’s own window', () => {
    const quiet = done({ type: 'CLOSE_WINDOW', always: true });
    expect(replies(stop, quiet)).toEqual(['Done.', 'Hecho.']);
  });

  test('for help and talk has examples that the parser understands', () => {
    const [help, ayuda] = replies(['help', 'ayuda'], done({ type: 'NOOP' })) as [string, string];
    const [talk, hola] = replies(['thanks', 'hola'], done({ type: 'NOOP' })) as [string, string];
    expect(talk).toContain(help);
    expect(hola).toContain(ayuda);
    const examples = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map(([, one]) => one!);
    for (const [text, language] of [[help, 'en'] as const, [ayuda, 'es'] as const]) {
      expect(examples(text).map((one) => anIntent(one))).toMatchObject([
        { action: 'open_window', targets: ['web'], ttl_seconds: 1200, language },
        { action: 'close_window', targets: ['web'], language },
        { action: 'extend_window', targets: ['web'], ttl_seconds: 600, language },
        { action: 'list', language },
        { action: 'restart', targets: ['web'], language },
        { action: 'run', code: 'uptime', language },
      ]);
    }
  });
});

test.each<[Language, string, string, string]>([
  [
    'en',
    'Understood as stop of web. madre cannot be reached, so nothing was started; try again shortly.',
    'madre did not answer in time. Your order may still be carried out: check GET /madre/plans.',
    'Neither madre nor the store answers, so the status is unknown. Try again shortly.',
  ],
  [
    'es',
    'Entendido como stop de web. madre no está, así que no se empezó nada; prueba otra vez en breve.',
    'madre no respondió a tiempo. Lo que pediste puede ocurrir todavía: GET /madre/plans lo dice.',
    'Ni madre ni el almacén responden, así que no se sabe cómo está todo.',
  ],
])('the replies without madre, in %s', (language, notStarted, mayStillHappen, nothingKnown) => {
  const say = sentencesOf(language);
  expect(say.notStarted('stop', 'web')).toBe(notStarted);
  expect([say.mayStillHappen, say.nothingKnown]).toEqual([mayStillHappen, nothingKnown]);
});
