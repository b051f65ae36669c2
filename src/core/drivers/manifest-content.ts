import type { JsonObject } from './json.ts';

/** What survives of a manifest when it is rewritten, but for the path of the library. */
export type ManifestContent = IcdContent | LayerContent;

/** An EGL or Vulkan ICD, or an EGL external platform. */
export interface IcdContent {
  readonly kind: 'icd';
  /** Vulkan only; null: none is written. */
  readonly apiVersion: string | null;
}

/** A Vulkan layer. */
export interface LayerContent {
  readonly kind: 'layer';
  readonly fileFormatVersion: string;
  /** Its known members, in the order in which they are written; `library_path` is left out. */
  readonly members: JsonObject;
}
