import type { JsonObject } from './json.ts';

/** What survives of a manifest when it is rewritten, but for the path of the library. */
export type ManifestContent = IcdContent | LayerContent | OpenXrContent;

/** An EGL or Vulkan ICD, or an EGL external platform. */
export interface IcdContent {
  readonly kind: 'icd';
  /** Vulkan only; null: none is written. */
  readonly apiVersion: string | null;
  /** Whether it is said to implement Vulkan in part only (`is_portability_driver`). */
  readonly isPortabilityDriver: boolean;
}

/** A Vulkan layer. */
export interface LayerContent {
  readonly kind: 'layer';
  readonly fileFormatVersion: string;
  /** Its known members, in the order in which they are written; `library_path` is left out. */
  readonly members: JsonObject;
}

/** An OpenXR runtime or API layer. */
export interface OpenXrContent {
  readonly kind: 'openxr';
  /** The member of the file that holds the others. */
  readonly object: 'runtime' | 'api_layer';
  /** Its known members, in the order in which they are written; `library_path` is left out. */
  readonly members: JsonObject;
}
