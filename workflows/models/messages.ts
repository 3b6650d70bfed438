import { defineSignal } from '@temporalio/workflow';
import type { Actor } from '../messages.ts';

/** Ends a pull, unless its model is being registered already. What is there of its files stays for a later pull. */
export const cancelPull = defineSignal<[Actor]>('cancelPull');
