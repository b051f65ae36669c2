export { EXIT, LaunchbenchError } from './errors.ts';
