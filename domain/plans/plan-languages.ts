import type { Language } from '../../contracts/intent.ts';
import { english } from './plan-texts-english.ts';
import { spanish } from './plan-texts-spanish.ts';
import type { PlanTexts } from './plan-texts.ts';

const languages: Record<Language, PlanTexts> = { en: english, es: spanish };

/** The texts of a plan in the language of its request. */
export const planTextsOf = (language: Language): PlanTexts => languages[language];
