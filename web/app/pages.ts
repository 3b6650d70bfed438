import { lazy, type ComponentType } from 'react';

/** A page of the navigation: one line here is all that a new page needs. */
export interface PageEntry {
  /** The address below the base that leads to it. */
  href: string;
  /** The addresses that it shows. */
  path: string;
  /** Its name in English and Spanish. */
  name: readonly [en: string, es: string];
  /** `g` and this key lead to it. */
  key: string;
  page: ComponentType;
  /** On a phone, at the bottom of the screen; the others are under More. */
  atBottom?: true;
}

/** In the order of the navigation. */
export const pages: readonly PageEntry[] = [
  {
    href: '/',
    path: '/',
    name: ['Now', 'Ahora'],
    key: 'n',
    page: lazy(() => import('../pages/now/page.tsx')),
    atBottom: true,
  },
  {
    href: '/services',
    path: '/services/*?',
    name: ['Services', 'Servicios'],
    key: 's',
    page: lazy(() => import('../pages/services/page.tsx')),
  },
  {
    href: '/windows',
    path: '/windows/*?',
    name: ['Windows', 'Ventanas'],
    key: 'w',
    page: lazy(() => import('../pages/windows/page.tsx')),
  },
  {
    href: '/plans',
    path: '/plans/*?',
    name: ['Plans', 'Planes'],
    key: 'p',
    page: lazy(() => import('../pages/plans/page.tsx')),
    atBottom: true,
  },
  {
    href: '/chat',
    path: '/chat/:session?',
    name: ['Chat', 'Chat'],
    key: 'c',
    page: lazy(() => import('../pages/chat/page.tsx')),
    atBottom: true,
  },
  {
    href: '/tasks',
    path: '/tasks/*?',
    name: ['Tasks', 'Tareas'],
    key: 't',
    page: lazy(() => import('../pages/tasks/page.tsx')),
  },
  {
    href: '/checks',
    path: '/checks/*?',
    name: ['Checks', 'Comprobaciones'],
    key: 'k',
    page: lazy(() => import('../pages/checks/page.tsx')),
  },
  {
    href: '/repairs',
    path: '/repairs/*?',
    name: ['Repairs', 'Reparaciones'],
    key: 'r',
    page: lazy(() => import('../pages/repairs/page.tsx')),
  },
  {
    href: '/incidents',
    path: '/incidents/*?',
    name: ['Incidents', 'Incidencias'],
    key: 'i',
    page: lazy(() => import('../pages/incidents/page.tsx')),
  },
  {
    href: '/drift',
    path: '/drift',
    name: ['Drift', 'Desvíos'],
    key: 'd',
    page: lazy(() => import('../pages/drift/page.tsx')),
  },
  {
    href: '/routing',
    path: '/routing/*?',
    name: ['Routing', 'Rutas'],
    key: 'u',
    page: lazy(() => import('../pages/routing/page.tsx')),
  },
  {
    href: '/models',
    path: '/models',
    name: ['Models', 'Modelos'],
    key: 'l',
    page: lazy(() => import('../pages/models/page.tsx')),
  },
  {
    href: '/audio',
    path: '/audio/*?',
    name: ['Audio', 'Audio'],
    key: 'v',
    page: lazy(() => import('../pages/audio/page.tsx')),
  },
  {
    href: '/schedules',
    path: '/schedules',
    name: ['Schedules', 'Horarios'],
    key: 'h',
    page: lazy(() => import('../pages/schedules/page.tsx')),
  },
  {
    href: '/notifications',
    path: '/notifications',
    name: ['Notifications', 'Avisos'],
    key: 'o',
    page: lazy(() => import('../pages/notifications/page.tsx')),
  },
  {
    href: '/agents',
    path: '/agents',
    name: ['Agents', 'Agentes'],
    key: 'm',
    page: lazy(() => import('../pages/agents/page.tsx')),
  },
  {
    href: '/audit',
    path: '/audit',
    name: ['Audit', 'Auditoría'],
    key: 'a',
    page: lazy(() => import('../pages/audit/page.tsx')),
  },
  {
    href: '/settings',
    path: '/settings',
    name: ['Settings', 'Ajustes'],
    key: ',',
    page: lazy(() => import('../pages/settings/page.tsx')),
  },
];
