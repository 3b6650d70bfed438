export const words = {
  title: ['Drift', 'Desvíos'],
  viewer: [
    'Only tokens of scope operator can compare.',
    'Solo los tokens de tipo operator pueden comparar.',
  ],
  audit: ['Compare now', 'Comparar ya'],
  auditing: ['comparing…', 'comparando…'],
  sleeps: ['manifestator sleeps; open it first', 'manifestator duerme; ábrelo primero'],
  audited: [
    (n: number) =>
      n === 0
        ? 'Everything is as declared'
        : `${n} ${n === 1 ? 'difference' : 'differences'} to decide on`,
    (n: number) =>
      n === 0
        ? 'Todo está como se declaró'
        : `${n} ${n === 1 ? 'diferencia' : 'diferencias'} por decidir`,
  ],
  never: [
    'Nothing was compared yet. Open manifestator and compare, or run vx11 drift: it changes nothing.',
    'Todavía no se comparó nada. Abre manifestator y compara, o usa vx11 drift: no cambia nada.',
  ],
  nothing: [
    'Everything is as the compose files declare it.',
    'Todo está como lo declaran los archivos compose.',
  ],
  none: ['No difference fits this filter.', 'Ninguna diferencia encaja.'],
  filter: ['State', 'Estado'],
  all: ['all', 'todos'],
  drift: ['to decide', 'por decidir'],
  pending: ['mends when opened', 'se arregla al abrir'],
  info: ['to know', 'para saber'],
  ignored: ['ignored by rule', 'ignorado por regla'],
  audit_queued: ['queued', 'en cola'],
  audit_running: ['comparing', 'comparando'],
  audit_done: ['compared', 'comparado'],
  audit_failed: ['failed', 'falló'],
  compared: [
    (services: number, containers: number) => `${services} services, ${containers} containers`,
    (services: number, containers: number) => `${services} servicios, ${containers} contenedores`,
  ],
  changed: [
    (fresh: number, cleared: number) => `${fresh} new, ${cleared} gone`,
    (fresh: number, cleared: number) => `${fresh} nuevas, ${cleared} resueltas`,
  ],
  stack: ['The stack itself', 'El propio stack'],
  caption: [
    (service: string, host: string) => `Differences of ${service} on ${host}`,
    (service: string, host: string) => `Diferencias de ${service} en ${host}`,
  ],
  patch: ['Make a patch…', 'Hacer un parche…'],
  patchOf: [(name: string) => `Patch of ${name}`, (name: string) => `Parche de ${name}`],
  direction: ['What is right', 'Qué está bien'],
  restore: ['what the files declare', 'lo que declaran los archivos'],
  adopt: ['what runs', 'lo que funciona'],
  patchWhy: ['Why', 'Por qué'],
  patchHint: [
    'Stays with the patch. Making one changes nothing.',
    'Se queda con el parche. Hacerlo no cambia nada.',
  ],
  whyDefault: [(name: string) => `drift of ${name}`, (name: string) => `desvíos de ${name}`],
  makePatch: ['Make the patch', 'Hacer el parche'],
  making: ['proving it…', 'probándolo…'],
  patch_generated: ['The patch is proved.', 'El parche está probado.'],
  patch_no_patch: ['No patch can put this right:', 'Ningún parche lo arregla:'],
  patch_refused: ['The patch was not proved:', 'El parche no se probó:'],
  patch_ERROR: ['The patch could not be made.', 'No se pudo hacer el parche.'],
  stays: ['stays:', 'se queda:'],
  makePlan: ['Make the plan…', 'Hacer el plan…'],
  planning: ['planning…', 'planeando…'],
  notNow: ['Not now', 'Ahora no'],
  severity: ['Severity', 'Gravedad'],
  path: ['Field', 'Campo'],
  values: ['Declared and live', 'Declarado y real'],
  declared: ['declared', 'declarado'],
  is: ['live', 'real'],
  why: ['What differs', 'Qué difiere'],
  state: ['State', 'Estado'],
  since: ['Since', 'Desde'],
} as const;
