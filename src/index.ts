export { EXIT, LaunchbenchError } from './errors.ts';

export {
  ARCHITECTURES,
  isTuple,
  TUPLES,
  type Architecture,
  type Tuple,
} from './core/sysroot/architectures.ts';
export {
  createCapturer,
  type Capturer,
  type CaptureSettings,
  type Destination,
  type Message,
  type RemapRule,
} from './core/capture/capture.ts';
export { CaptureError, type ErrorClass } from './core/capture/capture-error.ts';
export { loadKnowledge, parseKnowledge, type Knowledge } from './core/capture/compare/knowledge.ts';
export type { MethodName } from './core/capture/compare/method-names.ts';
export { openDestination } from './core/capture/write-links.ts';
