/** What to do after a repair, by its cause or by how it ended. A cause of its own counts for more. */
export const adviceFor = {
  other_host: [
    'Files of another host cannot be changed from here. Run VX11 with its own madre on that host, and repair it there.',
    'Los archivos de otro equipo no se pueden cambiar desde aquí. Ejecuta VX11 con su propia madre en ese equipo y repáralo allí.',
  ],
  policy_invalid: [
    'Correct x-vx11.repair in the compose file, then start the repair again.',
    'Corrige x-vx11.repair en el archivo compose y vuelve a empezar.',
  ],
  temporal_unavailable: [
    'Nothing was tried. Start it again once Temporal is back.',
    'No se probó nada. Vuelve a empezar cuando Temporal responda.',
  ],
  repaired: [
    'The change is in the file. It can be taken back below.',
    'El cambio está en el archivo. Abajo se puede deshacer.',
  ],
  proposed: [
    'Nothing was changed. Start it again with a plan to apply it.',
    'No se cambió nada. Empieza otra vez con un plan para aplicarlo.',
  ],
  rolled_back: [
    'The files are as they were. What the checks saw says why it did not hold.',
    'Los archivos están como antes. Lo que vieron las comprobaciones dice por qué no aguantó.',
  ],
  rejected: ['Nothing was changed.', 'No se cambió nada.'],
  expired: [
    'Nothing was changed. Start it again when somebody can look at the patch.',
    'No se cambió nada. Vuelve a empezar cuando alguien pueda mirar el parche.',
  ],
  stale: [
    'Nothing was written. Run the checks again: the edit may have mended it.',
    'No se escribió nada. Comprueba otra vez: quizá el cambio ya lo arregló.',
  ],
  conflict: [
    'The patch could not be taken back whole, as when somebody edited a file after it. What stands is said above; compare it with the diff below.',
    'El parche no se pudo deshacer del todo, como cuando alguien editó un archivo después. Arriba se dice cómo queda; compáralo con el cambio de abajo.',
  ],
  flaky: [
    'No patch can be proved against a failure that comes and goes. The tries of the run say when it fails.',
    'No se puede probar un parche contra un fallo que va y viene. Los intentos dicen cuándo falla.',
  ],
  not_reproduced: [
    'A fresh copy is green: look at what only this stack has, such as its volumes, a port of the host, or a service outside.',
    'Una copia nueva está bien: mira lo que solo tiene este stack, como sus volúmenes, un puerto del equipo o un servicio externo.',
  ],
  external: ['Do it by hand, then run the checks again.', 'Hazlo a mano y comprueba otra vez.'],
  needs_value: [
    'VX11 knows the place and invents no value. Set it, then run the checks again.',
    'VX11 conoce el lugar y no inventa valores. Ponlo y comprueba otra vez.',
  ],
  no_candidate: [
    'Look at what was seen, mend it by hand, and run the checks again.',
    'Mira lo que se vio, arréglalo a mano y comprueba otra vez.',
  ],
  refused_by_policy: [
    'The compose file decides what a repair may do: x-vx11.repair.',
    'El archivo compose decide qué puede hacer una reparación: x-vx11.repair.',
  ],
  gave_up: [
    'Look at what was tried below. x-vx11.repair sets how many cycles and minutes a repair has.',
    'Mira abajo lo que se probó. x-vx11.repair dice cuántos ciclos y minutos tiene una reparación.',
  ],
  cancelled: ['What it had applied was taken back.', 'Lo que había aplicado se deshizo.'],
} as const;
