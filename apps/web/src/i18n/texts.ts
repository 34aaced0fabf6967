/**
 * The words of the screens. Each feature keeps its own, in `texts.ts` beside its code, in all languages
 * at once, so that a sentence and its translation arrive with the screen that shows them and the
 * compiler finds what is missing. i18next does plurals (`_one`, `_other`) and `{{values}}`.
 */
import i18next from "i18next";
import { useCallback } from "react";
import { currentLanguage, useLanguage } from "./language.ts";

type Dictionary = Readonly<Record<string, string>>;
/** A key without the ending of its plural. */
type KeyOf<D> = keyof D extends infer K extends string
  ? K extends `${infer Base}_${"one" | "other"}`
    ? Base
    : K
  : never;
/** Vietnamese knows no plural: there `_other` is enough. */
type Translation<D> = {
  readonly [K in keyof D as K extends `${string}_one` ? never : K]: string;
};

export interface Texts<D extends Dictionary> {
  readonly namespace: string;
  /** Never set: carries the type of the keys. */
  readonly keys?: D;
}

export type Translate<D extends Dictionary> = (
  key: KeyOf<D>,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** What `useTexts` gives for these words, for functions that are handed it. */
export type TranslateOf<T> = T extends Texts<infer D> ? Translate<D> : never;

/** Registers the words of a feature. `namespace` is its folder's name. */
export function defineTexts<const D extends Dictionary>(
  namespace: string,
  { en, vi }: { readonly en: D; readonly vi: Translation<D> },
): Texts<D> {
  i18next.addResourceBundle("en", namespace, en);
  i18next.addResourceBundle("vi", namespace, vi);
  return { namespace };
}

/** The words of a feature in the language of now; drawn again when that changes. */
export function useTexts<D extends Dictionary>(texts: Texts<D>): Translate<D> {
  const language = useLanguage();
  return useCallback(
    (key, values) => look(texts.namespace, language, key, values),
    [language, texts],
  );
}

/** The same outside of components. */
export function translate<D extends Dictionary>(
  texts: Texts<D>,
  ...[key, values]: Parameters<Translate<D>>
): string {
  return look(texts.namespace, currentLanguage(), key, values);
}

/** The library's own types of keys know one dictionary for all; ours are each feature's. */
const lookUp = i18next.t as (key: string, options: object) => string;

function look(ns: string, lng: string, key: string, values: object | undefined): string {
  return lookUp(key, { ...values, ns, lng });
}
