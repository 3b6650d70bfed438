export const words = {
  title: ['Chat', 'Chat'],
  talks: ['Talks of yours', 'Tus conversaciones'],
  fresh: ['New talk', 'Conversación nueva'],
  say: ['Say what you want', 'Di qué quieres'],
  hint: [
    'Such as: open web for 20 minutes because demo',
    'Por ejemplo: abre web 20 minutos porque demo',
  ],
  send: ['Send', 'Enviar'],
  sending: ['sending…', 'enviando…'],
  dry: ['Only show the plan', 'Solo mostrar el plan'],
  you: ['You', 'Tú'],
  withdrawn: ['withdrawn', 'retirado'],
  thinking: ['…', '…'],
  plan: ['Plan', 'Plan'],
  review: ['Review', 'Revisar'],
  openPlan: ['Open the plan', 'Abrir el plan'],
  nothing: [
    'Ask for a service, a look, or an end. Anything risky shows its plan and waits for you.',
    'Pide un servicio, un vistazo o un final. Lo arriesgado muestra su plan y te espera.',
  ],
  lost: [
    'The connection broke before the answer. What you asked for may have started: look for its plan before you say it again.',
    'La conexión se cortó antes de la respuesta. Puede que ya haya empezado: busca su plan antes de repetirlo.',
  ],
  plans: ['Plans', 'Planes'],
  viewer: [
    'Only tokens of scope operator can chat.',
    'Solo los tokens de tipo operator pueden chatear.',
  ],
  still_running: [
    'It still runs; the plan shows how it goes.',
    'Sigue en marcha; el plan muestra cómo va.',
  ],
  session_busy: [
    'Another message of this talk was still being answered. Nothing was started: say it again.',
    'Aún se respondía otro mensaje de esta conversación. No se empezó nada: dilo de nuevo.',
  ],
  degraded: ['Answered without a language model.', 'Respondido sin modelo de lenguaje.'],
  answeredBy: [
    (model: string) => `answered by ${model}`,
    (model: string) => `respondido por ${model}`,
  ],
} as const;
